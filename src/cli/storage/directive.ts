/** What is asked for of storage on a command line: `data=local,10G,2`. */
import { UsageError } from "#base/usage.ts";
import { toTag } from "#contract/tags.ts";
import { parseCommaList } from "../comma-list.ts";

/** What is left out follows from the charm and the model. */
export interface Directive {
  readonly pool?: string;
  /** In MiB. */
  readonly size?: number;
  readonly count?: number;
}

const sizePattern = /^(\d+(?:\.\d+)?)([MGTPEZY])(?:i?B)?$/;
const countPattern = /^\d{1,9}$/;
const poolPattern = /^[a-zA-Z][a-zA-Z0-9-]*$/;
const storagePattern = /^[a-z][a-z0-9-]*\/\d+$/;

/** As in `local,10G,2`, in any order. Throws a `UsageError`, with Juju's texts where it has them. */
export function parseDirective(text: string): Directive {
  const fields = parseCommaList(text);
  if (fields.length === 0) {
    throw new UsageError("storage constraints require at least one field to be specified");
  }
  let known: Directive = {};
  for (const field of fields) known = { ...known, ...parseField(field, known) };
  return known;
}

function parseField(field: string, known: Directive): Directive {
  const [, amount, suffix = ""] = sizePattern.exec(field) ?? [];
  if (amount !== undefined && known.size === undefined) {
    return { size: Math.ceil(Number(amount) * 1024 ** "MGTPEZY".indexOf(suffix)) };
  }
  if (countPattern.test(field) && known.count === undefined) return { count: Number(field) };
  if (poolPattern.test(field) && known.pool === undefined) return { pool: field };
  throw new UsageError(`unrecognized storage constraint "${field}"`);
}

/** Words as `data=local,10G`, by the charm's names for them. */
export function parseDirectives(words: readonly string[]): Readonly<Record<string, Directive>> {
  const parsed: Record<string, Directive> = {};
  for (const word of words) {
    const at = word.indexOf("=");
    if (at < 1) throw new UsageError(`expected "name=directive", got "${word}"`);
    const name = word.slice(0, at);
    if (Object.hasOwn(parsed, name))
      throw new UsageError(`storage "${name}" specified more than once`);
    parsed[name] = parseDirective(word.slice(at + 1));
  }
  return parsed;
}

/** A storage's tag, for its id as in `data/0`. */
export function toStorageTag(id: string): string {
  if (!storagePattern.test(id)) throw new UsageError(`storage ID "${id}" not valid`);
  return toTag("storage", id);
}

/** The tags in a list such as `data/0,data/1`, of what one new unit is to have. */
export function parseAttachStorage(text: string, units: number): readonly string[] {
  const tags = parseCommaList(text).map(toStorageTag);
  if (tags.length > 0 && units !== 1) {
    throw new UsageError("--attach-storage cannot be used with -n");
  }
  return tags;
}
