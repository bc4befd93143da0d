/** show-status-log: what an entity has said of itself before. */
import { Client } from "#contract/client.ts";
import type { ResultOf } from "#contract/facade.ts";
import { toTag } from "#contract/tags.ts";
import { command, flag, text, textOr } from "../command.ts";
import {
  checkName,
  kindsByType,
  noHistory,
  shownMax,
  toFilter,
} from "../status/history-request.ts";
import { formatSince } from "../status/times.ts";
import { formatTable } from "../table.ts";

type Status = ResultOf<(typeof Client)["methods"]["StatusHistory"]>["history"]["statuses"][number];

const options = {
  type: textOr(
    "unit",
    "What to show: application, juju-machine, juju-unit, machine, model, unit or workload",
  ),
  n: text("Show the last so many statuses"),
  days: text("Show the statuses of the last so many days"),
  "from-date": text("Show the statuses since this date, as in 2026-01-31"),
  "include-status-updates": flag("Show the messages of update-status hooks as well"),
  utc: flag("Display times in UTC"),
};

export default command({
  summary: "Output past statuses for the specified entity.",
  details: `
Shows what a unit, an application or a machine has said of itself, the oldest first. A unit has two
statuses, its agent's (juju-unit) and its workload's; the type unit shows both. So it is with a
machine: juju-machine is its agent, and machine the instance that it runs on.

Without -n, --days and --from-date, the last ${shownMax} statuses are shown. For how long they are
kept is up to the model: max-status-history-age and max-status-history-size.
`,
  examples: [
    "jumar show-status-log greeter/0",
    "jumar show-status-log greeter/0 --type workload -n 50",
    "jumar show-status-log 0 --type juju-machine --days 3",
    "jumar show-status-log greeter/0 --from-date 2026-01-31 --format yaml",
  ],
  seeAlso: ["status", "debug-log", "model-config"],
  positionals: ["[entity]"],
  options,
  scope: "model",
  formats: ["tabular", "json", "yaml"],

  async run({ entity, type, utc, ...given }, context) {
    const filter = toFilter(given);
    const name = checkName(type, entity);
    await using connection = await context.connectModel();
    const { uuid } = await context.model();
    const kind = kindsByType[type] ?? "application";
    const { history } = await connection.facade(Client).StatusHistory({
      ...{ historyKind: type, tag: toTag(kind, kind === "model" ? uuid : name) },
      ...{ size: filter.size, filter },
    });
    const { statuses } = history;
    if (statuses.length === 0) throw noHistory();
    const zone = utc ? "UTC" : Temporal.Now.timeZoneId();
    await context.show(
      statuses.map((each) => toItem(each, zone)),
      () => formatAll(statuses, zone),
    );
  },
});

function toItem({ status, info, data, since, kind }: Status, zone: string) {
  return {
    status,
    ...(info === "" ? {} : { message: info }),
    ...(Object.keys(data).length === 0 ? {} : { data }),
    since: formatSince(since, zone),
    type: kind,
  };
}

function formatAll(statuses: readonly Status[], zone: string): string {
  const rows = statuses.map(({ since, kind, status, info }) => [
    ...[formatSince(since, zone), kind, status, info],
  ]);
  return formatTable(["Time", "Type", "Status", "Message"], rows);
}
