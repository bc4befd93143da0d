/** show-status-log: what an entity has said of itself before. */
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import { Client } from "#contract/client.ts";
import type { ResultOf } from "#contract/facade.ts";
import { type TagKind, toTag } from "#contract/tags.ts";
import { command, flag, text, textOr } from "../command.ts";
import { parseCount } from "../count.ts";
import { formatSince } from "../status/times.ts";
import { formatTable } from "../table.ts";

type Status = ResultOf<(typeof Client)["methods"]["StatusHistory"]>["history"]["statuses"][number];

/** What each type is about; the last ones say nothing of themselves. */
const kindsByType: Readonly<Record<string, TagKind | undefined>> = {
  unit: "unit",
  "juju-unit": "unit",
  workload: "unit",
  machine: "machine",
  "juju-machine": "machine",
  application: "application",
  model: "model",
  container: "machine",
  "juju-container": "machine",
  saas: undefined,
  filesystem: undefined,
  volume: undefined,
};
const namePatterns: Partial<Readonly<Record<TagKind, RegExp>>> = {
  unit: /^[a-z][a-z0-9-]*\/\d+$/,
  machine: /^\d+(?:\/[a-z]+\/\d+)*$/,
  application: /^[a-z][a-z0-9-]*$/,
};
const shownMax = 20;
const nanosecondsPerDay = 86_400_000_000_000;
/** What units of earlier versions of Juju said whenever they ran the hook. */
const statusUpdates = ["running update-status hook"];

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

interface Given {
  readonly n: string | undefined;
  readonly days: string | undefined;
  readonly "from-date": string | undefined;
  readonly "include-status-updates": boolean;
}

function toFilter({ n, days, "from-date": date, "include-status-updates": all }: Given) {
  if ([n, days, date].filter((each) => each !== undefined).length > 1) {
    const names = "backlog size, backlog date and backlog days back";
    throw new UsageError(`${names} cannot be specified together`);
  }
  const exclude = all ? [] : statusUpdates;
  if (days !== undefined) {
    const delta = parseCount(days, { what: "option --days", min: 1 }) * nanosecondsPerDay;
    return { size: 0, delta, exclude };
  }
  if (date !== undefined) return { size: 0, delta: 0, date: parseDate(date), exclude };
  const size = n === undefined ? shownMax : parseCount(n, { what: "option -n", min: 0 });
  return { size: size || shownMax, delta: 0, exclude };
}

function parseDate(date: string): string {
  try {
    return Temporal.PlainDate.from(date).toZonedDateTime("UTC").toInstant().toString();
  } catch {
    throw new UsageError(`parsing backlog date: "${date}" is not a date such as 2026-01-31`);
  }
}

/** Throws a `UsageError` for a type that there is not, and for a name that nothing of it has. */
function checkName(type: string, entity: string | undefined): string {
  if (!Object.hasOwn(kindsByType, type)) throw new UsageError(`unexpected status type "${type}"`);
  if (type === "model") return "";
  if (entity === undefined) throw new UsageError("entity name is missing.");
  const kind = kindsByType[type];
  if (kind === undefined) throw noHistory();
  if (namePatterns[kind]?.test(entity)) return entity;
  throw new UsageError(`"${entity}" is not a valid name for a ${type}`);
}

function noHistory(): Problem {
  return new Problem("not found", "no status history available");
}

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
