/** A status of a line for each unit, for `--format oneline`, `short` and `line`. */
import type { FullStatus } from "#contract/client.ts";
import type { UnitStatus } from "./parts.ts";
import { formatPorts } from "./ports.ts";
import { listUnits } from "./units.ts";

const indent = "  ";

/**
 * An empty line, as in Juju, and `- mysql/0: 10.0.0.5 (agent:idle, workload:active) 3306/tcp` for
 * each unit; nothing if there is none.
 */
export function formatShort(status: FullStatus): string {
  const lines = listUnits(status).map(
    ({ name, unit, level }) => `${indent.repeat(level)}- ${name}: ${describe(unit)}\n`,
  );
  return lines.length === 0 ? "" : `\n${lines.join("")}`;
}

function describe(unit: UnitStatus): string {
  const agent = unit["agent-status"].status;
  const workload = unit["workload-status"].status;
  const ports = formatPorts(unit["opened-ports"]);
  const said = `${unit["public-address"]} (agent:${agent}, workload:${workload})`;
  return ports === "" ? said : `${said} ${ports}`;
}
