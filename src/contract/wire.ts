/**
 * The words that facades are written in: zod schemas that read JSON as Go does.
 *
 * Juju's clients leave out what is empty, send null for what is nil and spell keys with capitals
 * or without. So an absent field is its type's zero value, a key matches whatever its case, and
 * what is not known is dropped. A value of the wrong type is refused.
 */
import * as z from "zod/mini";

export type Schema<T = unknown> = z.ZodMiniType<T, unknown>;
export type ValueOf<S extends Schema> = z.output<S>;

export const text = orZero("", z.string());
export const integer = orZero(0, z.int());
export const flag = orZero(false, z.boolean());
/** Anything, or nothing. */
export const json = z.pipe(
  z.transform((input: unknown) => input),
  z.unknown(),
);

/** No parameters or no result; what is sent all the same is ignored. */
export const nothing = z.pipe(
  z.unknown(),
  z.transform((): void => {}),
);

export function list<Item extends Schema>(item: Item) {
  return orZero([], z.readonly(z.array(item)));
}

/** A mapping with any keys. */
export function map<Value extends Schema>(value: Value) {
  return orZero({}, z.readonly(z.record(z.string(), value)));
}

/** A field that is left out when there is nothing to say. */
export function optional<Value extends Schema>(value: Value) {
  return z.optional(z.pipe(z.transform(nullAsAbsent), z.optional(value)));
}

/** A field that is null when there is nothing to say, and never left out. */
export function nullable<Value extends Schema>(value: Value) {
  return orZero(null, z.nullable(value));
}

export function record<Fields extends Record<string, Schema>>(fields: Fields) {
  const names = new Map(Object.keys(fields).map((name) => [name.toLowerCase(), name]));
  return z.pipe(
    z.transform((input) => withExactKeys(input ?? {}, names)),
    z.readonly(z.object(fields)),
  );
}

function orZero<Value extends Schema>(zero: unknown, schema: Value) {
  return z.pipe(
    z.transform((input) => input ?? zero),
    schema,
  );
}

function nullAsAbsent(input: unknown): unknown {
  return input ?? undefined;
}

/** Gives each key that is known in another case its own spelling; an exact one goes first. */
function withExactKeys(input: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  const exact: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(input)) {
    const name = names.get(key.toLowerCase());
    if (name !== undefined && (name === key || !Object.hasOwn(exact, name))) exact[name] = value;
  }
  return exact;
}

/** What is wrong with a value, in one line. */
export function explain(error: z.core.$ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return "not valid";
  const place = issue.path.map(String).join(".");
  const reason = "expected" in issue ? `expected ${issue.expected}` : issue.message;
  return place === "" ? reason : `${place}: ${reason}`;
}
