/** What somebody has said, with set-meter-status, of how much the model and its units use. */
import type { FullStatus } from "#contract/client.ts";
import type { Row, Table } from "../table.ts";
import { toMessage } from "./cells.ts";
import { sortEntries } from "./natural.ts";

export function meterTable({ model, applications }: FullStatus): Table {
  const units = Object.values(applications).flatMap((each) =>
    Object.entries(each["meter-statuses"]),
  );
  const all = [
    ["model", model["meter-status"]] as const,
    ...sortEntries(Object.fromEntries(units)),
  ];
  return {
    columns: ["Entity", "Meter status", "Message"],
    rows: all.filter(([, { color }]) => color !== "").map(toRow),
  };
}

function toRow([name, { color, message }]: readonly [string, Meter]): Row {
  return [name, color, toMessage(message)];
}

type Meter = FullStatus["model"]["meter-status"];
