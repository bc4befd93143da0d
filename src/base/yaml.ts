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
  dump,
  FAILSAFE_SCHEMA,
  load,
  mergeTag,
  nullCoreTag,
  type Schema,
} from "js-yaml";
import { messageOf, Problem } from "./problem.ts";

const depthMax = 50;
const aliasesMax = 1000;
const mergedKeysMax = 10_000;

const reading = CORE_SCHEMA.withTags(boolYaml11Tag, mergeTag);
const readingTexts = FAILSAFE_SCHEMA.withTags(nullCoreTag);

/** The document's value; of a key that occurs twice, the last. Throws `not valid` with the reason. */
export function parseYaml(text: string): unknown {
  return parseAs(reading, text);
}

/** The document's value with every scalar as its text, as in `n`, `0644` or `1.0`; only null is null. */
export function parseYamlTexts(text: string): unknown {
  return parseAs(readingTexts, text);
}

function parseAs(schema: Schema, text: string): unknown {
  try {
    return load(text, {
      schema,
      json: true,
      maxDepth: depthMax,
      maxAliases: aliasesMax,
      maxTotalMergeKeys: mergedKeysMax,
    });
  } catch (error) {
    const [reason] = messageOf(error).split("\n");
    throw new Problem("not valid", `invalid YAML: ${reason}`, { cause: error });
  }
}

/** Quotes texts that YAML 1.1 would read as something else, and those that look like dates. */
export function formatYaml(value: unknown): string {
  return dump(value, { lineWidth: -1, seqNoIndent: true, noRefs: true, quoteStyle: "double" });
}
