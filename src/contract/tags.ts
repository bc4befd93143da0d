/** Tags: how the wire names entities, as in `unit-mysql-0`. */
import { Problem } from "#base/problem.ts";

const tagKinds = [
  "action",
  "application",
  "cloud",
  "controller",
  "machine",
  "model",
  "operation",
  "unit",
  "user",
] as const;
export type TagKind = (typeof tagKinds)[number];

export interface Tag {
  readonly kind: TagKind;
  readonly id: string;
}

/** A unit's id is its name, `mysql/0`, and a container's `0/lxd/1`; in tags the slash is a dash. */
export function toTag(kind: TagKind, id: string): string {
  if (kind === "unit") return `unit-${id.replace("/", "-")}`;
  return `${kind}-${kind === "machine" ? id.replaceAll("/", "-") : id}`;
}

/** Throws `not valid` for what is no tag of a kind that is known. */
export function parseTag(text: string): Tag {
  const dash = text.indexOf("-");
  const kind = tagKinds.find((each) => each === text.slice(0, dash));
  const id = text.slice(dash + 1);
  if (kind === undefined || id === "")
    throw new Problem("not valid", `"${text}" is not a valid tag`);
  if (kind === "unit") return { kind, id: toUnitName(text, id) };
  return { kind, id: kind === "machine" ? id.replaceAll("-", "/") : id };
}

/** The id in a tag of that kind. Throws `not valid` for a tag of another. */
export function parseTagOf(kind: TagKind, text: string): string {
  const tag = parseTag(text);
  if (tag.kind !== kind) throw new Problem("not valid", `"${text}" is not a valid ${kind} tag`);
  return tag.id;
}

function toUnitName(tag: string, id: string): string {
  const match = /^(.+)-(\d+)$/.exec(id);
  if (!match) throw new Problem("not valid", `"${tag}" is not a valid unit tag`);
  return `${match[1]}/${match[2]}`;
}
