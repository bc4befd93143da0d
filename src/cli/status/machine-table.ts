/** The machines of a status, containers under their hosts. */
import type { FullStatus } from "#contract/client.ts";
import type { Row, Table } from "../table.ts";
import { type Paint, toMessage } from "./cells.ts";
import { sortEntries } from "./natural.ts";
import { containersOf, type MachineStatus, toBase } from "./parts.ts";

export function machineTable({ machines }: FullStatus, paint: Paint): Table {
  const shown = sortEntries(machines).flatMap(withContainers);
  return {
    columns: ["Machine", "State", "Address", "Inst id", "Base", "AZ", "Message"],
    rows: shown.map((entry) => toRow(entry, paint)),
  };
}

type Entry = [id: string, machine: MachineStatus];

function withContainers(entry: Entry): Entry[] {
  const [, machine] = entry;
  return [entry, ...containersOf(machine).flatMap(withContainers)];
}

function toRow([id, machine]: Entry, paint: Paint): Row {
  const { status, message } = toState(machine);
  const { name, channel } = toBase(machine.base);
  return [
    ...[id, paint(status), machine["dns-name"], machine["instance-id"]],
    ...[name === "" ? "" : `${name}@${channel}`, toZone(machine.hardware), toMessage(message)],
  ];
}

/** The agent's status and what the cloud says; where a modification has failed, that instead. */
function toState(machine: MachineStatus): { readonly status: string; readonly message: string } {
  const modification = machine["modification-status"];
  if (modification.status === "error") return { status: "error", message: modification.info };
  const { status } = machine["agent-status"];
  return { status, message: machine["instance-status"].info };
}

function toZone(hardware: string): string {
  const [, zone = ""] = /(?:^| )availability-zone=(\S+)/.exec(hardware) ?? [];
  return zone;
}
