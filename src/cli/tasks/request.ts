/** What somebody asks for on a command line: which action, of whom, with which parameters. */
import { isMapping } from "#base/mapping.ts";
import { messageOf } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import { parseYaml } from "#base/yaml.ts";
import { parseDocument } from "#charm/fields.ts";
import { toTag } from "#contract/tags.ts";
import { readBounded } from "../key-values.ts";

export type Parameters = Readonly<Record<string, unknown>>;

export interface ActionRequest {
  /** In the words of the wire. */
  readonly receivers: readonly string[];
  readonly action: string;
  /** As in `key.part=value`. */
  readonly pairs: readonly string[];
}

const unitPattern = /^[a-z][a-z0-9-]*\/(?:\d+|leader)$/;
const machinePattern = /^\d+(?:\/[a-z]+\/\d+)*$/;
const applicationPattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]*[a-z][a-z0-9]*)*$/;
const actionPattern = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** Units come first, then the action, then its parameters. Throws a `UsageError` in Juju's words. */
export function parseActionWords(words: readonly string[]): ActionRequest {
  const count = words.findIndex((word) => !unitPattern.test(word));
  const units = count < 0 ? words : words.slice(0, count);
  const [action, ...pairs] = words.slice(units.length);
  if (units.length === 0) {
    if (action === undefined) throw new UsageError("no unit specified");
    throw new UsageError(
      `invalid unit name "${action}": expected a unit such as mysql/0 or mysql/leader`,
    );
  }
  if (action === undefined) throw new UsageError("no action specified");
  if (!actionPattern.test(action)) throw new UsageError(`invalid action name "${action}"`);
  return { receivers: units.map(toUnitReceiver), action, pairs };
}

/** A unit's tag, or `APPLICATION/leader`. Throws a `UsageError`. */
export function toUnitReceiver(name: string): string {
  if (!unitPattern.test(name)) throw new UsageError(`invalid unit name "${name}"`);
  return name.endsWith("/leader") ? name : toTag("unit", name);
}

/** Throws a `UsageError`. */
export function toMachineReceiver(id: string): string {
  if (!machinePattern.test(id)) throw new UsageError(`"${id}" is not a valid machine id`);
  return toTag("machine", id);
}

/** Throws a `UsageError`. */
export function toApplicationReceiver(name: string): string {
  if (applicationPattern.test(name)) return name;
  throw new UsageError(`"${name}" is not a valid application name`);
}

/** The parameters in the file, and those in words, which override them. Throws a `UsageError`. */
export async function readParameters(
  pairs: readonly string[],
  { file, areStrings }: { readonly file: string | undefined; readonly areStrings: boolean },
): Promise<Parameters> {
  const given = file === undefined ? {} : parseFile(file, await readBounded(file));
  let all = given;
  for (const pair of pairs) all = withPair(all, pair, areStrings);
  return all;
}

function parseFile(file: string, text: string): Parameters {
  const value = parseDocument(file, text) ?? {};
  if (isMapping(value)) return value;
  throw new UsageError(`${file} must contain a YAML map of parameters`);
}

function withPair(all: Parameters, pair: string, areStrings: boolean): Parameters {
  const [, key, text] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
  if (key === undefined || text === undefined) {
    throw new UsageError(`argument "${pair}" must be of the form key.key.key...=value`);
  }
  const path = key.split(".");
  if (path.some((part) => part === "")) throw new UsageError(`key "${key}" has an empty part`);
  return place(all, path, areStrings || text === "" ? text : parseValue(pair, text));
}

function parseValue(pair: string, text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    const advice = "quote the value, or use --string-args";
    throw new UsageError(`argument "${pair}": ${messageOf(error)}: ${advice}`, { cause: error });
  }
}

function place(
  all: Parameters,
  [first = "", ...rest]: readonly string[],
  value: unknown,
): Parameters {
  if (rest.length === 0) return { ...all, [first]: value };
  const inner = Object.hasOwn(all, first) ? all[first] : undefined;
  return { ...all, [first]: place(isMapping(inner) ? inner : {}, rest, value) };
}
