/** The parts of a FullStatus, and those that stand inside others of their kind. */
import { type FullStatus, machineStatus, unitStatus } from "#contract/client.ts";
import { sortEntries } from "./natural.ts";

export type ApplicationStatus = FullStatus["applications"][string];
export type UnitStatus = ApplicationStatus["units"][string];
export type MachineStatus = FullStatus["machines"][string];
export type RelationStatus = FullStatus["relations"][number];
export type DetailedStatus = UnitStatus["agent-status"];

/** The units beside this one that are subordinate to it, by name. */
export function subordinatesOf({ subordinates }: UnitStatus): [name: string, UnitStatus][] {
  return sortEntries(subordinates).map(([name, unit]) => [name, unitStatus.parse(unit)]);
}

/** The machine's containers, by id. */
export function containersOf({ containers }: MachineStatus): [id: string, MachineStatus][] {
  return sortEntries(containers).map(([id, machine]) => [id, machineStatus.parse(machine)]);
}

export interface CharmParts {
  readonly origin: "charmhub" | "local";
  readonly name: string;
  readonly revision: number;
}

/** What a charm's URL says; `ch:amd64/jammy/mysql-7` is revision 7 of `mysql` from Charmhub. */
export function toCharmParts(url: string): CharmParts {
  const path = url.slice(url.indexOf(":") + 1);
  const leaf = path.slice(path.lastIndexOf("/") + 1);
  const [, name = leaf, revision = "0"] = /^(.+)-(\d+)$/.exec(leaf) ?? [];
  const origin = url.startsWith("local:") ? "local" : "charmhub";
  return { origin, name, revision: Number(revision) };
}

/** Juju shows the channel of a base without its risk: `22.04`, not `22.04/stable`. */
export function toBase({ name, channel }: MachineStatus["base"]): MachineStatus["base"] {
  return { name, channel: channel.replace(/\/stable$/, "") };
}
