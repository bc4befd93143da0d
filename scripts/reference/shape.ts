/** The shape of what is on the wire, written down for people from the contract's schemas. */
import type { Schema } from "#contract/wire.ts";

/** What is known of a schema without running it, as far as the contract's own words go. */
interface Definition {
  readonly type: string;
  readonly out?: unknown;
  readonly innerType?: unknown;
  readonly element?: unknown;
  readonly valueType?: unknown;
  readonly shape?: Readonly<Record<string, unknown>>;
}

const words: Readonly<Record<string, string>> = {
  string: "text",
  number: "integer",
  boolean: "true or false",
  unknown: "anything",
  transform: "nothing",
};

const indent = "  ";

/** As in `{ "name": text, "units": [text] }`, over several lines. */
export function formatShape(schema: Schema): string {
  return format(schema, "");
}

function format(schema: unknown, margin: string): string {
  const definition = definitionOf(schema);
  switch (definition.type) {
    case "pipe":
      return format(definition.out, margin);
    case "readonly":
    case "optional":
      return format(definition.innerType, margin);
    case "nullable":
      return `${format(definition.innerType, margin)} or null`;
    case "array":
      return `[${format(definition.element, margin)}, ...]`;
    case "record":
      return `{ name: ${format(definition.valueType, margin)}, ... }`;
    case "object":
      return formatFields(definition.shape ?? {}, margin);
    default:
      return wordFor(definition.type);
  }
}

function formatFields(shape: Readonly<Record<string, unknown>>, margin: string): string {
  const inner = margin + indent;
  const lines = Object.entries(shape).map(([name, field]) => {
    const mark = isOptional(field) ? "?" : "";
    return `${inner}${name}${mark}: ${format(field, inner)}`;
  });
  return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n${margin}}`;
}

function isOptional(schema: unknown): boolean {
  return definitionOf(schema).type === "optional";
}

function wordFor(type: string): string {
  const word = words[type];
  if (word === undefined) throw new Error(`there is no word for what the contract calls "${type}"`);
  return word;
}

function definitionOf(schema: unknown): Definition {
  return (schema as { readonly _zod: { readonly def: Definition } })._zod.def;
}
