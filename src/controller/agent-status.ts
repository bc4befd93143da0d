/**
 * What is said of agents, with what they cannot say themselves: that they are not there.
 *
 * An agent that restarts is away for a moment, which is nothing to tell anybody. One that has been
 * away for longer is down, and its units' agents are lost.
 */
import type { Machine } from "#domain/machine/machine.ts";
import { describe } from "#domain/machine/upgrade-row.ts";
import { entities, type Status } from "#domain/status/status.ts";
import { unknown } from "#domain/unit/shown-status.ts";
import type { Overview } from "./overview.ts";

const downAfter = Temporal.Duration.from({ seconds: 20 });
const message = "agent is not communicating with the server";

export function machineAgentStatus(machine: Machine, said: Status, now: Temporal.Instant): Status {
  return isDown(machine, now) ? awayAs("down", machine) : said;
}

/** While its operating system is being upgraded, how far that is. */
export function instanceStatus({ statuses, machineUpgrades }: Overview, id: string): Status {
  const said = statuses.get(entities.instance(id)) ?? unknown;
  const upgrade = machineUpgrades.get(id);
  return upgrade ? { ...said, message: `series upgrade: ${describe(upgrade)}` } : said;
}

export function unitAgentStatus(
  machine: Machine | undefined,
  said: Status,
  now: Temporal.Instant,
): Status {
  return machine && isDown(machine, now) ? awayAs("lost", machine) : said;
}

/** When somebody who looks would see next that an agent is away; undefined if none is about to be. */
export function nextAbsence(
  machines: readonly Machine[],
  now: Temporal.Instant,
): Temporal.Instant | undefined {
  const away = machines.filter(({ version, isConnected }) => version !== null && !isConnected);
  const times = away.map(({ connectedSince }) =>
    Temporal.Instant.from(connectedSince).add(downAfter),
  );
  const later = times.filter((time) => Temporal.Instant.compare(time, now) > 0);
  return later.toSorted(Temporal.Instant.compare)[0];
}

/** Whether the machine's agent once worked and has been away for too long. */
function isDown({ version, isConnected, connectedSince }: Machine, now: Temporal.Instant): boolean {
  if (version === null || isConnected) return false;
  const since = Temporal.Instant.from(connectedSince);
  return Temporal.Instant.compare(since.add(downAfter), now) <= 0;
}

function awayAs(status: string, { connectedSince }: Machine): Status {
  return { status, message, data: {}, since: connectedSince };
}
