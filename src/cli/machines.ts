/** Machines as `machines` and `show-machine` show them: their part of a status. */
import { Problem } from "#base/problem.ts";
import { Client } from "#contract/client.ts";
import { type Context, flag } from "./command.ts";
import { colored, plain } from "./status/cells.ts";
import { toStatusDocument } from "./status/document.ts";
import { machineTable } from "./status/machine-table.ts";
import { formatTable } from "./table.ts";

export const machineOptions = {
  color: flag("Use ANSI color codes in output"),
  utc: flag("Display timestamps in the UTC timezone"),
};

interface Manner {
  /** The machines to show; without any, all. */
  readonly ids: readonly string[];
  readonly color: boolean;
  readonly utc: boolean;
}

/** Throws `not found` for a machine that there is not. */
export async function showMachines(context: Context, { ids, color, utc }: Manner): Promise<void> {
  await using connection = await context.connectModel();
  const status = await connection.facade(Client).FullStatus({ patterns: ids });
  const missing = ids.find((id) => !Object.hasOwn(status.machines, id));
  if (missing !== undefined) throw new Problem("not found", `machine ${missing} not found`);
  const { controller } = await context.model();
  const zone = utc ? "UTC" : Temporal.Now.timeZoneId();
  const { model, machines } = toStatusDocument(status, { controller, zone });
  await context.show({ model: model.name, machines }, () => {
    const { columns, rows } = machineTable(status, color || context.isColored ? colored : plain);
    return formatTable(columns, rows);
  });
}
