/**
 * What a charm requires of its model.
 *
 * The only feature that a model of machines has a version of is `juju`: that of its agents.
 */
import { Problem } from "#base/problem.ts";
import { type Assumption, parseAssumes } from "#charm/assumes.ts";
import type { Charm } from "#charm/charm.ts";
import { completeVersion } from "#charm/juju-version.ts";
import { checkLxdProfile } from "#charm/lxd-profile.ts";
import { compareVersions } from "#release/version.ts";
import type { ReadTransaction } from "#store/database.ts";
import * as model from "../model/model.ts";

/** The version of each feature that the model has. */
type Features = ReadonlyMap<string, string>;

/** Throws `not supported`, with Juju's text, for a charm that assumes what the model does not have. */
async function refuseUnmet(tx: ReadTransaction, { metadata }: Charm): Promise<void> {
  const { agentVersion } = await model.get(tx);
  const features = new Map([["juju", agentVersion]]);
  const unmet = explain(parseAssumes(metadata.assumes, "assumes"), features, "    ");
  if (unmet.length === 0) return;
  const message = ["Charm feature requirements cannot be met:", ...unmet].join("\n");
  throw new Problem("not supported", message);
}

/** Throws, with Juju's text, for what only force overrides: what the charm assumes and asks of LXD. */
export async function refuseUnforced(tx: ReadTransaction, content: Charm): Promise<void> {
  await refuseUnmet(tx, content);
  if (content.lxdProfile) checkLxdProfile(content.lxdProfile);
}

/** Throws `not supported`, with Juju's text, for a charm that is too new for the model's agents. */
export function refuseTooNew({ agentVersion }: model.Model, { metadata }: Charm): void {
  const { minJujuVersion: wanted } = metadata;
  const complete = completeVersion(wanted);
  if (complete === undefined || compareVersions(agentVersion, complete) >= 0) return;
  const message = `charm's min version (${wanted}) is higher than this juju model's version (${agentVersion})`;
  throw new Problem("not supported", message);
}

/** Throws `not supported` for a charm whose containers only Kubernetes can run. */
export function refuseContainers({ metadata: { name, containers } }: Charm): void {
  if (containers.length === 0) return;
  const listed = containers.map((container) => `"${container}"`).join(", ");
  const message = `charm "${name}" is for Kubernetes, as it has containers (${listed}): this model has machines`;
  throw new Problem("not supported", message);
}

/** What is not met, line by line; nothing when all is. */
function explain(assumption: Assumption, features: Features, indent: string): string[] {
  if (assumption.kind === "feature") {
    const reason = findLack(assumption, features.get(assumption.name));
    return reason === undefined ? [] : [`${indent}- charm requires feature ${reason}`];
  }
  const { kind, assumptions } = assumption;
  const each = assumptions.map((one) => explain(one, features, `${indent}  `));
  const isMet = (lines: readonly string[]) => lines.length === 0;
  if (kind === "any-of" ? each.some(isMet) : each.every(isMet)) return [];
  const which = kind === "any-of" ? "at least one" : "all";
  return [`${indent}- charm requires ${which} of the following:`, ...each.flat()];
}

function findLack(
  { name, comparison, version }: Extract<Assumption, { kind: "feature" }>,
  present: string | undefined,
): string | undefined {
  if (present === undefined) return `"${name}" but model does not support it`;
  if (comparison === "") return undefined;
  const isAtLeast = compareVersions(present, version) >= 0;
  if (isAtLeast === (comparison === ">=")) return undefined;
  const wanted = `"${name}" (version ${comparison} ${version})`;
  return `${wanted} but model currently supports version ${present}`;
}
