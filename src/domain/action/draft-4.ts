/**
 * Schemas of draft 4 without what draft 4 does not know.
 *
 * What checks them knows more words than that, some of which change how it works; a charm's schema is
 * not to say them.
 */
import { isMapping } from "#base/mapping.ts";

type Change = (value: unknown) => unknown;

const asIs: Change = (value) => value;
const asSchemas: Change = (value) => (Array.isArray(value) ? value.map(toPlainSchema) : value);
const asMap: Change = (value) =>
  isMapping(value)
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toPlainSchema(each)]))
    : value;

/** Those whose values are no schemas. */
const plainWords = [
  ...["type", "enum", "required", "pattern", "multipleOf"],
  ...["maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"],
  ...["maxLength", "minLength", "maxItems", "minItems", "uniqueItems"],
  ...["maxProperties", "minProperties"],
];

const changes: ReadonlyMap<string, Change> = new Map([
  ...plainWords.map((key) => [key, asIs] as const),
  ...["additionalItems", "additionalProperties", "not"].map((key) => [key, toPlainSchema] as const),
  ...["allOf", "anyOf", "oneOf"].map((key) => [key, asSchemas] as const),
  ...["properties", "patternProperties", "dependencies"].map((key) => [key, asMap] as const),
  ["items", (value) => (Array.isArray(value) ? asSchemas(value) : toPlainSchema(value))],
]);

/** What is no schema stays as it is. */
export function toPlainSchema(schema: unknown): unknown {
  if (!isMapping(schema)) return schema;
  const entries = Object.entries(schema).flatMap(([key, value]) => {
    const change = changes.get(key);
    return change === undefined ? [] : [[key, change(value)] as const];
  });
  return Object.fromEntries(entries);
}
