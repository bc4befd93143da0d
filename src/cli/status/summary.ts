/** A status in figures, for `--format summary`: how many machines and units are in which state. */
import type { FullStatus } from "#contract/client.ts";
import { sortEntries, sortNaturally } from "./natural.ts";
import { containersOf, type MachineStatus } from "./parts.ts";
import { formatPorts } from "./ports.ts";
import { isReady, listUnits, unitsOf } from "./units.ts";

type Line = readonly [title: string, text: string];
const empty: Line = ["", ""];

/** The titles are to the right, so that what they stand for begins in one column. */
export function formatSummary(status: FullStatus): string {
  const lines = [
    ...places(status),
    ...count(
      "# Machines:",
      listMachines(status).map((machine) => machine["agent-status"].status),
    ),
    empty,
    ...count(
      "# Units:",
      listUnits(status).map(({ unit }) => unit["workload-status"].status),
    ),
    empty,
    ...applications(status),
  ];
  const width = Math.max(...lines.map(([title]) => title.length));
  return lines
    .map(([title, text]) => `${`${title.padStart(width)}  ${text}`.trimEnd()}\n`)
    .join("");
}

function places(status: FullStatus): Line[] {
  const addresses = listMachines(status).flatMap((machine) => machine["ip-addresses"]);
  const ports = listUnits(status).flatMap(({ unit }) => unit["opened-ports"]);
  const unique = [...new Set(addresses)];
  return [
    ["Running at addresses:", sortNaturally(unique, (address) => address).join(", ")],
    ["Utilizing ports:", formatPorts(ports)],
  ];
}

/** With those in containers. */
function listMachines({ machines }: FullStatus): MachineStatus[] {
  const withContainers = (machine: MachineStatus): MachineStatus[] => [
    machine,
    ...containersOf(machine).flatMap(([, container]) => withContainers(container)),
  ];
  return Object.values(machines).flatMap(withContainers);
}

function count(title: string, states: readonly string[]): Line[] {
  const byState = Map.groupBy(states, (state) => state);
  const figures = sortNaturally([...byState], ([state]) => state).map(
    ([state, all]): Line => [`${state}:`, `${all.length}`],
  );
  return [[title, `(${states.length})`], ...figures];
}

function applications(status: FullStatus): Line[] {
  const figures = sortEntries(status.applications).map(([name, { exposed }]): Line => {
    const all = unitsOf(name, status.applications);
    const ready = all.filter(isReady).length;
    return [name, `${ready}/${all.length}${exposed ? "  exposed" : ""}`];
  });
  return [["# Applications:", `(${figures.length})`], ...figures];
}
