/** Everything of a model that a status shows, read in one look: as many queries for ten thousand units as for one. */
import type { PortRange } from "#charm/port-range.ts";
import * as application from "#domain/application/application.ts";
import * as charm from "#domain/charm/charm.ts";
import * as constraints from "#domain/constraints/constraints.ts";
import * as leadership from "#domain/leadership/leadership.ts";
import * as machine from "#domain/machine/machine.ts";
import { listLocked, type MachineUpgrade } from "#domain/machine/upgrade-row.ts";
import * as model from "#domain/model/model.ts";
import * as relation from "#domain/relation/relation.ts";
import type * as rollouts from "#domain/rollout/summary.ts";
import * as status from "#domain/status/status.ts";
import * as port from "#domain/unit/port.ts";
import * as unit from "#domain/unit/unit.ts";
import type { ReadTransaction } from "#store/database.ts";
import { findUpgrade } from "./upgrade-message.ts";

export interface Overview {
  readonly model: model.Model;
  readonly machines: readonly machine.Machine[];
  readonly applications: readonly application.Application[];
  readonly charms: ReadonlyMap<string, charm.StoredCharm>;
  /** The applications whose units stand beside those of others. */
  readonly subordinates: ReadonlySet<string>;
  readonly units: readonly unit.Unit[];
  readonly relations: readonly relation.Relation[];
  readonly leaders: ReadonlyMap<string, string>;
  readonly ports: ReadonlyMap<string, readonly PortRange[]>;
  readonly statuses: ReadonlyMap<string, status.Status>;
  /** By entity. */
  readonly constraints: ReadonlyMap<string, constraints.Constraints>;
  /** Of machines' operating systems, by machine, that are under way. */
  readonly machineUpgrades: ReadonlyMap<string, MachineUpgrade>;
  /** Of the agents, if one is under way, or has halted and left machines behind. */
  readonly upgrade: rollouts.Summary | undefined;
}

export async function readOverview(tx: ReadTransaction): Promise<Overview> {
  const charms = new Map((await charm.list(tx)).map((each) => [each.url, each]));
  const applications = await application.list(tx);
  const machines = await machine.list(tx);
  const isSubordinate = ({ charm: url }: application.Application) =>
    charms.get(url)?.content.metadata.subordinate;
  return {
    model: await model.get(tx),
    machines,
    ...{ applications, charms },
    subordinates: new Set(applications.filter(isSubordinate).map(({ name }) => name)),
    units: await unit.list(tx),
    relations: await relation.list(tx),
    leaders: await leadership.listLeaders(tx),
    ports: await port.listAll(tx),
    statuses: await status.listAll(tx),
    constraints: await constraints.listAll(tx),
    machineUpgrades: await listLocked(tx),
    upgrade: await findUpgrade(tx, machines),
  };
}
