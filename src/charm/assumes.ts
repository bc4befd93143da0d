/** Assumptions: what a charm expects of the model that it is deployed to, under `assumes`. */
import { isMapping } from "#base/mapping.ts";
import { isAbsent, unexpected } from "./fields.ts";
import { completeVersion } from "./juju-version.ts";
import { notValid, shown } from "./refusal.ts";

export type Assumption =
  | {
      readonly kind: "feature";
      readonly name: string;
      /** Empty when any version will do. */
      readonly comparison: "" | ">=" | "<";
      /** As in `3.6.0`, whatever the charm has left out. */
      readonly version: string;
    }
  | { readonly kind: "any-of" | "all-of"; readonly assumptions: readonly Assumption[] };

const featurePattern = /^([a-z][a-z0-9-]*[a-z0-9])(?:\s*(>=|<)\s*([0-9.]+))?$/;

/** All that are listed have to be so. Throws `not valid`, saying where. */
export function parseAssumes(value: unknown, where: string): Assumption {
  const assumptions = isAbsent(value) ? [] : toList(value, where);
  return { kind: "all-of", assumptions };
}

function toList(value: unknown, where: string): Assumption[] {
  if (!Array.isArray(value)) throw unexpected("list", value, where);
  return value.map((each) => toAssumption(each, where));
}

function toAssumption(value: unknown, where: string): Assumption {
  if (typeof value === "string") return toFeature(value, where);
  if (!isMapping(value)) throw unexpected("string or map", value, where);
  const [[kind, among] = [], ...others] = Object.entries(value);
  if ((kind !== "any-of" && kind !== "all-of") || others.length > 0) {
    throw notValid(`${where}: expected a map with any-of or all-of alone`);
  }
  const assumptions = toList(among, `${where}: ${kind}`);
  if (assumptions.length === 0) throw notValid(`${where}: ${kind} lists nothing`);
  return { kind, assumptions };
}

function toFeature(text: string, where: string): Assumption {
  const [, name, comparison = "", given] = featurePattern.exec(text.trim()) ?? [];
  const version = given === undefined ? "" : completeVersion(given);
  if (name === undefined || version === undefined) {
    throw notValid(`${where}: expected a form like "juju >= 3.6", got ${shown(text)}`);
  }
  return { kind: "feature", name, comparison: comparison as "" | ">=" | "<", version };
}
