/** Storage as a charm declares it: what it wants attached, and how many times. */
import { parseMib } from "#base/size.ts";
import {
  isAbsent,
  toBoolean,
  toFields,
  toNamed,
  toOneOf,
  toOptionalText,
  toTexts,
} from "./fields.ts";
import { notValid, shown } from "./refusal.ts";

export interface Storage {
  readonly name: string;
  readonly description: string;
  readonly type: "filesystem" | "block";
  readonly shared: boolean;
  readonly readOnly: boolean;
  readonly countMin: number;
  /** -1 for as many as are given. */
  readonly countMax: number;
  readonly sizeMinMib: number;
  /** Where to mount it; empty for wherever Juju likes. */
  readonly location: string;
  readonly properties: readonly "transient"[];
}

const countPattern = /^(\d{1,9})(?:([+-])(\d{1,9})?)?$/;

/** Throws `not valid`, where Juju has a text for it with that one. */
export function toStorage(
  charmName: string,
  value: unknown,
  where: string,
): Readonly<Record<string, Storage>> {
  return toNamed(value, where, (name, raw) => {
    const store = toStore({ charmName, name }, raw, `${where}.${name}`);
    checkStore(charmName, store);
    return store;
  });
}

function toStore(
  { charmName, name }: { readonly charmName: string; readonly name: string },
  raw: unknown,
  where: string,
): Storage {
  const fields = toFields(raw, where);
  if (isAbsent(fields.type)) {
    throw notValid(`charm "${charmName}" storage "${name}": type must be specified`);
  }
  const { range } = toFields(fields.multiple, `${where}.multiple`);
  const properties = toTexts(fields.properties, `${where}.properties`);
  return {
    name,
    description: toOptionalText(fields.description, `${where}.description`),
    type: toOneOf(fields.type, ["filesystem", "block"], `${where}.type`),
    shared: toBoolean(fields.shared, `${where}.shared`),
    readOnly: toBoolean(fields["read-only"], `${where}.read-only`),
    ...toCounts(range, `${where}.multiple.range`),
    sizeMinMib: toMib(fields["minimum-size"], `${where}.minimum-size`),
    location: toOptionalText(fields.location, `${where}.location`),
    properties: properties.map((item) => toOneOf(item, ["transient"], `${where}.properties`)),
  };
}

/** Reads `m`, `m-n`, `m+` and `m-`, which means the same as `m+`. */
function toCounts(value: unknown, where: string): Pick<Storage, "countMin" | "countMax"> {
  if (isAbsent(value)) return { countMin: 1, countMax: 1 };
  const [, least, sign, most] = countPattern.exec(String(value)) ?? [];
  if (least === undefined || (sign === "+" && most !== undefined)) {
    throw notValid(`${where}: value ${shown(value)} does not match 'm', 'm-n', or 'm+'`);
  }
  const countMin = Number(least);
  if (sign === undefined) return { countMin, countMax: countMin };
  return { countMin, countMax: most === undefined ? -1 : Number(most) };
}

function toMib(value: unknown, where: string): number {
  if (isAbsent(value)) return 0;
  const mib = parseMib(String(value));
  if (mib === undefined) {
    throw notValid(`${where}: expected a size such as 512M or 1.5G, got ${shown(value)}`);
  }
  return mib;
}

function checkStore(
  charmName: string,
  { name, type, location, countMin, countMax }: Storage,
): void {
  const subject = `charm "${charmName}" storage "${name}"`;
  if (type === "block" && location !== "") {
    throw notValid(`${subject}: location may not be specified for "type: block"`);
  }
  if (countMax === 0 || (countMax !== -1 && countMax < countMin)) {
    throw notValid(`${subject}: invalid maximum count ${countMax}`);
  }
}
