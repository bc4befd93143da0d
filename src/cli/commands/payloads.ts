/** payloads: what charms say that they run of other things. */
import { Payloads } from "#contract/payloads.ts";
import { parseTagOf } from "#contract/tags.ts";
import { command } from "../command.ts";
import { formatTable } from "../table.ts";

export default command({
  summary: "Display status information about known payloads.",
  details: `
Shows what charms have registered with "payload-register", such as containers. With patterns, shows
those of which the unit, the machine, the class, the type, the id, the status or a label is one of them.
`,
  examples: ["jumar payloads", "jumar payloads greeter/0", "jumar payloads running --format yaml"],
  seeAlso: ["status", "show-unit"],
  positionals: ["[patterns...]"],
  options: {},
  scope: "model",
  formats: ["tabular", "json", "yaml"],

  async run({ patterns }, context) {
    await using connection = await context.connectModel();
    const { results } = await connection.facade(Payloads).List({ patterns });
    const payloads = results.map(({ unit, machine, class: kind, ...each }) => ({
      unit: parseTagOf("unit", unit),
      machine: parseTagOf("machine", machine),
      id: each.id,
      type: each.type,
      "payload-class": kind,
      ...(each.labels.length > 0 ? { tags: each.labels } : {}),
      status: each.status,
    }));
    if (payloads.length === 0) context.out.note("No payloads to display.");
    if (payloads.length === 0 && context.format === "tabular") return;
    const rows = payloads.map(({ tags = [], ...each }) => [
      ...[each.unit, each.machine, each["payload-class"], each.status, each.type, each.id],
      tags.join(" "),
    ]);
    const columns = ["Unit", "Machine", "Payload class", "Status", "Type", "Id", "Tags"];
    await context.show(payloads, () => `[Unit Payloads]\n${formatTable(columns, rows)}\n`);
  },
});
