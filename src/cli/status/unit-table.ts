/** The units of a status, subordinates under those that they serve. */
import type { FullStatus } from "#contract/client.ts";
import type { Row, Table } from "../table.ts";
import { type Paint, toMessage } from "./cells.ts";
import type { UnitStatus } from "./parts.ts";
import { formatPorts } from "./ports.ts";
import { listUnits, type Shown } from "./units.ts";

const indent = "  ";

/** `running start hook`, `running db-relation-joined hook for mysql/0`, `running action backup`. */
const running = /^running (?:action (?<action>.+)|(?<hook>\S+) hook(?: for .*)?)$/;

export function unitTable(status: FullStatus, paint: Paint): Table {
  return {
    columns: ["Unit", "Workload", "Agent", "Machine", "Public address", "Ports", "Message"],
    rows: listUnits(status).map((shown) => toRow(shown, paint)),
  };
}

function toRow({ name, unit, level }: Shown, paint: Paint): Row {
  return [
    indent.repeat(level) + name + (unit.leader ? "*" : ""),
    paint(unit["workload-status"].status),
    paint(unit["agent-status"].status),
    unit.machine,
    unit["public-address"],
    formatPorts(unit["opened-ports"]),
    toMessage(describe(unit)),
  ];
}

/** What the workload says, after the hook or action that its agent executes. */
function describe(unit: UnitStatus): string {
  const message = unit["workload-status"].info;
  const task = toTask(unit["agent-status"]);
  return task === undefined ? message : `(${task}) ${message}`;
}

function toTask({ status, info }: UnitStatus["agent-status"]): string | undefined {
  const { action, hook } = running.exec(info)?.groups ?? {};
  return status === "executing" ? (action ?? hook) : undefined;
}
