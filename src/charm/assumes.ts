/** Assumptions: what a charm expects of the model that it is deployed to, under `assumes`. */
import { isAbsent, isMapping, unexpected } from "./fields.ts";
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
const versionPattern = /^\d{1,9}(?:\.\d{1,9}){0,2}$/;
const versionLength = 3;

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
  const [, name, comparison = "", version = ""] = featurePattern.exec(text.trim()) ?? [];
  const isWhole = comparison === "" || versionPattern.test(version);
  if (name === undefined || !isWhole) {
    throw notValid(`${where}: expected a form like "juju >= 3.6", got ${shown(text)}`);
  }
  const parts = version.split(".");
  while (parts.length < versionLength) parts.push("0");
  return {
    kind: "feature",
    name,
    comparison: comparison as "" | ">=" | "<",
    version: comparison === "" ? "" : parts.join("."),
  };
}
