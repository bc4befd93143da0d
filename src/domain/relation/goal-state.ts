/** Goal state: which units and relations there are going to be, as a charm may want to know. */
import type { ReadTransaction } from "#store/database.ts";
import * as status from "../status/status.ts";
import { workloadStatus } from "../unit/shown-status.ts";
import * as unit from "../unit/unit.ts";
import * as membership from "./membership.ts";
import * as relation from "./relation.ts";
import { statusOf } from "./suspend.ts";

interface Goal {
  readonly status: string;
  readonly since: string;
}

export interface GoalState {
  readonly units: Readonly<Record<string, Goal>>;
  /** By endpoint; each names the other application and its units. */
  readonly relations: Readonly<Record<string, Readonly<Record<string, Goal>>>>;
}

export async function goalStateOf(tx: ReadTransaction, name: string): Promise<GoalState> {
  const asking = await unit.get(tx, name);
  const { application } = asking;
  const statuses = await status.listAll(tx);
  const entered = await membership.listEntered(tx, name);
  const relations = new Map<string, Record<string, Goal>>();
  for (const { endpoints, since, ...related } of await relation.listOf(tx, application)) {
    const own = endpoints.find((endpoint) => endpoint.application === application);
    const other = endpoints.find((endpoint) => endpoint !== own);
    if (own === undefined || other === undefined) continue;
    const goals = relations.get(own.name) ?? {};
    const isIn = entered.includes(related.id);
    goals[other.application] = { status: isIn ? statusWithin(related) : statusOf(related), since };
    const units = await unit.list(tx, { application: other.application });
    const seen =
      related.scope === "global" ? units : units.filter((each) => isBeside(each, asking));
    Object.assign(goals, toGoals(seen, statuses));
    relations.set(own.name, goals);
  }
  const peers = toGoals(await unit.list(tx, { application }), statuses);
  return { units: peers, relations: Object.fromEntries(relations) };
}

/** As in Juju, a relation that is being removed is broken for those who have left it. */
function statusWithin(related: Pick<relation.Relation, "life" | "isSuspended">): string {
  return statusOf({ ...related, life: "alive" });
}

/** In the scope of a container nobody else comes into the relation. */
function isBeside(each: unit.Unit, asking: unit.Unit): boolean {
  return unit.containerOf(each) === unit.containerOf(asking);
}

function toGoals(
  units: readonly unit.Unit[],
  statuses: ReadonlyMap<string, status.Status>,
): Record<string, Goal> {
  return Object.fromEntries(units.map((each) => [each.name, toGoal(each, statuses)]));
}

/** What is shown of the unit, but for one that is only coming or going. */
function toGoal({ name, life }: unit.Unit, statuses: ReadonlyMap<string, status.Status>): Goal {
  const agent = statuses.get(status.entities.unitAgent(name));
  const shown = workloadStatus(statuses, name);
  if (life !== "alive") return { status: "dying", since: shown.since };
  const { status: word, since } = agent?.status === "allocating" ? agent : shown;
  return { status: word, since };
}
