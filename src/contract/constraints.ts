/**
 * Constraints: what machines must have, as people write it, `mem=4G cores=2`, and as it travels.
 *
 * The grammar is Juju's: a word for each constraint, an empty value for none, sizes in MiB.
 */
import { Problem } from "#base/problem.ts";
import { parseMib } from "#base/size.ts";
import type { Constraints } from "./common.ts";

type Kind = "text" | "count" | "size" | "list" | "flag" | "arch" | "container" | "spaces";
type Value = string | number | boolean | readonly string[];

/** In the order in which they are written. */
const kinds = {
  arch: "arch",
  container: "container",
  cores: "count",
  "cpu-power": "count",
  "instance-role": "text",
  "instance-type": "text",
  mem: "size",
  "root-disk": "size",
  "root-disk-source": "text",
  tags: "list",
  spaces: "spaces",
  "virt-type": "text",
  zones: "list",
  "allocate-public-ip": "flag",
  "image-id": "text",
} as const satisfies Readonly<Record<keyof Constraints, Kind>>;
type Name = keyof typeof kinds;

/** Old names that are read, and never written. */
const aliases: Readonly<Record<string, Name>> = { "cpu-cores": "cores" };
const archs = ["amd64", "arm64", "i386", "ppc64el", "riscv64", "s390x"];
const containers = ["lxd", "none"];
const spacePattern = /^\^?[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Throws `not valid` with Juju's text. Each text holds any number of constraints. */
export function parseConstraints(texts: readonly string[]): Constraints {
  const found = new Map<Name, Value>();
  for (const word of texts.flatMap((text) => text.split(/\s+/)).filter((each) => each !== "")) {
    const [name, value] = parseWord(word);
    if (found.has(name)) throw bad(name, "already set");
    found.set(name, value);
  }
  return Object.fromEntries(found);
}

/** As in `cores=2 mem=4096M`; empty for none. */
export function formatConstraints(constraints: Constraints): string {
  const words = (Object.keys(kinds) as Name[]).flatMap((name) => {
    const value = constraints[name];
    return value === undefined ? [] : [`${name}=${formatValue(name, value)}`];
  });
  return words.join(" ");
}

function parseWord(word: string): [Name, Value] {
  const at = word.indexOf("=");
  if (at < 1) throw new Problem("not valid", `malformed constraint "${word}"`);
  const written = word.slice(0, at);
  const name = Object.hasOwn(aliases, written) ? aliases[written] : written;
  if (name === undefined || !isName(name)) {
    const known = Object.keys(kinds).join(", ");
    throw new Problem("not valid", `unknown constraint "${written}": expected one of ${known}`);
  }
  return [name, parseValue(name, word.slice(at + 1))];
}

function isName(name: string): name is Name {
  return Object.hasOwn(kinds, name);
}

const parsers: Readonly<Record<Kind, (name: Name, text: string) => Value>> = {
  text: (_, text) => text,
  count: parseCount,
  size: parseSize,
  list: (_, text) => splitList(text),
  flag: parseFlag,
  arch: (name, text) => oneOf(name, text, { known: archs, what: "" }),
  container: (name, text) =>
    oneOf(name, text, { known: containers, what: "invalid container type " }),
  spaces: parseSpaces,
};

function parseValue(name: Name, text: string): Value {
  return parsers[kinds[name]](name, text);
}

function parseCount(name: Name, text: string): number {
  if (/^\d{0,9}$/.test(text)) return Number(text);
  throw bad(name, "must be a non-negative integer");
}

function parseSize(name: Name, text: string): number {
  const mib = text === "" ? 0 : parseMib(text);
  if (mib !== undefined) return mib;
  throw bad(name, "must be a non-negative float with optional M/G/T/P suffix");
}

function parseFlag(name: Name, text: string): boolean {
  if (text === "true" || text === "false") return text === "true";
  throw bad(name, "must be 'true' or 'false'");
}

function oneOf(
  name: Name,
  text: string,
  { known, what }: { readonly known: readonly string[]; readonly what: string },
): string {
  if (text === "" || known.includes(text)) return text;
  const quoted = `${what}"${text}"`;
  throw bad(name, `${what === "" ? `${quoted} not recognized` : quoted}: ${known.join(", ")}`);
}

function parseSpaces(name: Name, text: string): readonly string[] {
  const spaces = splitList(text);
  const wrong = spaces.find((space) => !spacePattern.test(space));
  if (wrong !== undefined) throw bad(name, `"${wrong}" is not a valid space name`);
  return spaces;
}

function splitList(text: string): readonly string[] {
  return text.split(",").filter((each) => each !== "");
}

function formatValue(name: Name, value: Value): string {
  if (typeof value === "object") return value.join(",");
  if (value === 0) return "";
  return kinds[name] === "size" ? `${value}M` : String(value);
}

function bad(name: string, reason: string): Problem {
  return new Problem("not valid", `bad "${name}" constraint: ${reason}`);
}
