/**
 * What is shown of units and applications: mostly what they said themselves.
 *
 * A hook that has failed is the unit's own trouble and not its agent's, who is idle until somebody
 * helps; and it is what everybody must see, whatever the charm said last.
 */
import { entities, type Status } from "../status/status.ts";
import type { Unit } from "./unit.ts";

/** What each entity said, by its name. */
type Statuses = ReadonlyMap<string, Status>;

export const unknown: Status = { status: "unknown", message: "", data: {}, since: "" };

export function workloadStatus(statuses: Statuses, name: string): Status {
  const agent = statuses.get(entities.unitAgent(name));
  if (agent?.status === "error") return agent;
  return statuses.get(entities.workload(name)) ?? unknown;
}

export function agentStatus(statuses: Statuses, name: string): Status {
  const said = statuses.get(entities.unitAgent(name)) ?? unknown;
  return said.status === "error" ? { ...said, status: "idle", message: "", data: {} } : said;
}

/** From the gravest to the most harmless, as Juju ranks what units say. */
const gravity = ["error", "blocked", "maintenance", "waiting", "active", "terminated", "unknown"];

/** What the leader said of the application; until then, the gravest of what its units say. */
export function applicationStatus(
  statuses: Statuses,
  name: string,
  units: readonly Unit[],
): Status {
  const said = statuses.get(entities.application(name));
  if (said && said.status !== "unset") return said;
  const each = units.map((unit) => workloadStatus(statuses, unit.name));
  const rank = ({ status }: Status) => gravity.indexOf(status);
  const [gravest = { ...unknown, since: said?.since ?? "" }] = each.toSorted(
    (a, b) => rank(a) - rank(b),
  );
  return gravest;
}

/** The version of what the application runs, as the first of its units says that knows. */
export function workloadVersion(units: readonly Unit[]): string {
  return units.find((unit) => unit.workloadVersion !== "")?.workloadVersion ?? "";
}
