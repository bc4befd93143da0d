/** Tags: how the wire names entities, as in `unit-mysql-0`. */
import { Problem } from "#base/problem.ts";

const tagKinds = [
  "action",
  "application",
  "cloud",
  "controller",
  "filesystem",
  "machine",
  "model",
  "operation",
  "storage",
  "unit",
  "user",
] as const;
export type TagKind = (typeof tagKinds)[number];

export interface Tag {
  readonly kind: TagKind;
  readonly id: string;
}

/** Ids such as a unit's name, `mysql/0`, or a container's `0/lxd/1` have dashes for slashes in tags. */
export function toTag(kind: TagKind, id: string): string {
  if (kind === "unit" || kind === "storage") return `${kind}-${id.replace("/", "-")}`;
  return `${kind}-${hasPath(kind) ? id.replaceAll("/", "-") : id}`;
}

/** Throws `not valid` for what is no tag of a kind that is known. */
export function parseTag(text: string): Tag {
  const dash = text.indexOf("-");
  const kind = tagKinds.find((each) => each === text.slice(0, dash));
  const id = text.slice(dash + 1);
  if (kind === undefined || id === "")
    throw new Problem("not valid", `"${text}" is not a valid tag`);
  if (kind === "unit" || kind === "storage") return { kind, id: toNumbered(text, kind, id) };
  return { kind, id: hasPath(kind) ? id.replaceAll("-", "/") : id };
}

/** Whether ids may have slashes, and no dashes. */
function hasPath(kind: TagKind): boolean {
  return kind === "machine" || kind === "filesystem";
}

/** The id in a tag of that kind. Throws `not valid` for a tag of another. */
export function parseTagOf(kind: TagKind, text: string): string {
  const tag = parseTag(text);
  if (tag.kind !== kind) throw new Problem("not valid", `"${text}" is not a valid ${kind} tag`);
  return tag.id;
}

/** As in `mysql/0` or `data/0`; python-libjuju leaves the slash in a storage's tag. */
function toNumbered(tag: string, kind: TagKind, id: string): string {
  const match = /^(.+)[-/](\d+)$/.exec(id);
  if (!match) throw new Problem("not valid", `"${tag}" is not a valid ${kind} tag`);
  return `${match[1]}/${match[2]}`;
}
