/**
 * YAML as Juju's files and commands have it.
 *
 * Read as YAML 1.1, where `yes` and `on` are true, since Juju's own parser and Python's do so. A
 * document may neither nest nor repeat itself without bounds. Written in the layout that Go
 * programs write: lists are not indented under their key.
 */
import {
  boolYaml11Tag,
  CORE_SCHEMA,
  constructFromEvents,
  DUMP_SCHEMA,
  dump,
  FAILSAFE_SCHEMA,
  mergeTag,
  nullCoreTag,
  type Schema,
} from "js-yaml";
import { messageOf, Problem } from "./problem.ts";
import { withTextKeys } from "./yaml-keys.ts";
import { readEvents } from "./yaml-lines.ts";
import { floatTag, intTag, resolvingAs } from "./yaml-numbers.ts";

const depthMax = 50;
const aliasesMax = 1000;
const mergedKeysMax = 10_000;
/** Above what any document has that is not a bomb; those of a charm have 1 MiB at most. */
const sizeMax = 16 * 1024 ** 2;

const reading = CORE_SCHEMA.withTags(boolYaml11Tag, intTag, floatTag, mergeTag);
const readingTexts = FAILSAFE_SCHEMA.withTags(nullCoreTag);
/** Besides numbers, ints that a number cannot hold are written; they are never read. */
const writing = DUMP_SCHEMA.withTags(
  DUMP_SCHEMA.tags.flatMap((tag) => {
    if (tag.tagName === floatTag.tagName) return [resolvingAs(floatTag, tag)];
    if (tag.tagName !== intTag.tagName) return [];
    const identify = (value: unknown) => typeof value === "bigint" || tag.identify(value);
    return [resolvingAs(intTag, { ...tag, identify })];
  }),
);

/**
 * The value of the first document, which is all that Juju looks at. Keys are their texts, `n` and `on`
 * too; of one that occurs twice, the last counts. Throws `not valid` with the reason.
 */
export function parseYaml(text: string): unknown {
  return parseAs(reading, text);
}

/** The document's value with every scalar as its text, as in `n`, `0644` or `1.0`; only null is null. */
export function parseYamlTexts(text: string): unknown {
  return parseAs(readingTexts, text);
}

function parseAs(schema: Schema, text: string): unknown {
  if (text.length > sizeMax) {
    const size = `it has more than ${sizeMax / 1024 ** 2} MiB`;
    throw new Problem("not valid", `invalid YAML: ${size}`);
  }
  try {
    const { events, source } = readEvents(text, depthMax);
    const documents = constructFromEvents(withTextKeys(events, source), {
      source,
      schema,
      json: true,
      maxAliases: aliasesMax,
      maxTotalMergeKeys: mergedKeysMax,
    });
    if (documents.length === 0) throw new Error("it is empty");
    if (sizeOf(documents[0], new Map()) <= sizeMax) return documents[0];
    throw new Error("it repeats itself too often");
  } catch (error) {
    const [reason] = messageOf(error).split("\n");
    throw new Problem("not valid", `invalid YAML: ${reason}`, { cause: error });
  }
}

/**
 * How large the value would be if each alias were written out, for whoever walks through it meets
 * them all: its parts and the letters of its texts. Infinite where something contains itself.
 */
function sizeOf(value: unknown, known: Map<object, number>): number {
  if (typeof value === "string") return 1 + value.length;
  if (typeof value !== "object" || value === null) return 1;
  const before = known.get(value);
  if (before !== undefined) return before;
  known.set(value, Number.POSITIVE_INFINITY);
  const parts = Array.isArray(value) ? value : Object.entries(value);
  const size = parts.reduce<number>((sum, part) => sum + sizeOf(part, known), 1);
  known.set(value, size);
  return size;
}

/**
 * Quotes texts that YAML 1.1 would read as something else, and those that look like dates. What holds
 * a text of megabytes, at which the writer fails, is written as JSON, which is YAML too.
 */
export function formatYaml(value: unknown): string {
  try {
    return dump(value, {
      schema: writing,
      lineWidth: -1,
      seqNoIndent: true,
      noRefs: true,
      quoteStyle: "double",
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return `${JSON.stringify(value, writeLong)}\n`;
  }
}

function writeLong(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
