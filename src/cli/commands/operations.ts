/** operations: what has been asked of a model's units and machines, and what became of it. */
import { UsageError } from "#base/usage.ts";
import type { WireOperation } from "#contract/action.ts";
import { toTag } from "#contract/tags.ts";
import { parseCommaList } from "../comma-list.ts";
import { command, textOr } from "../command.ts";
import { parseCount } from "../count.ts";
import { formatTable } from "../table.ts";
import { toId, toOperationDocument, zoneOf } from "../tasks/document.ts";
import { openActions } from "../tasks/follow.ts";
import { utcOption } from "../tasks/options.ts";
import { toApplicationReceiver, toMachineReceiver, toUnitReceiver } from "../tasks/request.ts";

const statuses = [
  ...["pending", "running", "aborting", "completed"],
  ...["failed", "cancelled", "aborted", "error"],
];

export default command({
  summary:
    "Lists pending, running, or completed operations for specified application, units, machines, or all.",
  details: `
An operation is what was asked for at one time, and has a task for each unit or machine. The latest
are shown, the oldest of them first. Lists are written with commas. An operation that is over is kept
for two weeks, or what max-action-results-age says, and of a model the last thousand.
`,
  examples: [
    "jumar operations",
    "jumar operations --applications mysql,wordpress --status failed",
    "jumar operations --actions juju-exec --machines 0 --limit 10 --format yaml",
  ],
  seeAlso: ["run", "exec", "show-operation", "show-task"],
  positionals: [],
  options: {
    actions: textOr("", "Only of these actions; juju-exec is what exec runs"),
    applications: textOr("", "Only of the units of these applications"),
    apps: textOr("", "The same as --applications"),
    limit: textOr("50", "Show the last so many"),
    machines: textOr("", "Only of these machines"),
    offset: textOr("0", "Leave out so many of the latest"),
    status: textOr("", "Only with these statuses, as in pending, running, completed or failed"),
    units: textOr("", "Only of these units"),
    utc: utcOption,
  },
  scope: "model",
  formats: ["plain", "json", "yaml"],

  async run(args, context) {
    const query = {
      actions: parseCommaList(args.actions),
      applications: parseCommaList(`${args.applications},${args.apps}`).map((name) =>
        toTag("application", toApplicationReceiver(name)),
      ),
      units: parseCommaList(args.units).map(toUnitReceiver),
      machines: parseCommaList(args.machines).map(toMachineReceiver),
      status: parseCommaList(args.status).map(toStatus),
      limit: parseCount(args.limit, { what: "option --limit", min: 1 }),
      offset: parseCount(args.offset, { what: "option --offset", min: 0 }),
    };
    const zone = zoneOf(args.utc);
    await using connection = await context.connectModel();
    const { results, truncated } = await openActions(connection, context).ListOperations(query);
    const shown = results.toReversed();
    const documents = shown.map((each) => [toId(each.operation), toOperationDocument(each, zone)]);
    if (shown.length === 0 && context.format === "plain")
      context.out.note("no matching operations");
    await context.show(Object.fromEntries(documents), () => formatList(shown, zone));
    if (!truncated || context.format !== "plain") return;
    const offset = query.offset + results.length;
    context.out.note(`There are more: use --limit, or --offset ${offset} for those before.`);
  },
});

function toStatus(word: string): string {
  if (statuses.includes(word)) return word;
  throw new UsageError(`invalid status "${word}": there are ${statuses.join(", ")}`);
}

function formatList(operations: readonly WireOperation[], zone: string): string {
  if (operations.length === 0) return "";
  const rows = operations.map(
    ({ operation, status = "", started, completed, actions, summary }) => {
      const ids = actions.map(({ action }) => toId(action?.tag ?? ""));
      const times = [formatTime(started, zone), formatTime(completed, zone)];
      return [toId(operation), status, ...times, ids.join(","), summary];
    },
  );
  const id = { title: "ID", align: "right" } as const;
  return formatTable([id, "Status", "Started", "Finished", "Task IDs", "Summary"], rows);
}

/** As in `2026-01-31T12:00:00`. */
function formatTime(time: string | undefined, zone: string): string {
  if (!time) return "";
  const local = Temporal.Instant.from(time).toZonedDateTimeISO(zone).toPlainDateTime();
  return local.toString({ smallestUnit: "second" });
}
