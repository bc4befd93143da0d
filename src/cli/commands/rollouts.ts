/** rollouts: the upgrades of a model. */
import { Problem } from "#base/problem.ts";
import { Rollouts, type WireRollout } from "#contract/rollouts.ts";
import { command } from "../command.ts";
import { parseCount } from "../count.ts";
import { formatTable } from "../table.ts";

export default command({
  summary: "Shows the upgrades of a model, of agents and of charms.",
  details: `
Every upgrade is a rollout with one state: planned, rolling, halted (too many members have failed and
no more start), aborted (somebody has stopped it) or done. With a number, shows the members of that
one: which wait, which are on their way, and why one has failed. Nothing is ever taken from the list.
`,
  examples: ["jumar rollouts", "jumar rollouts 3", "jumar rollouts --format json"],
  seeAlso: ["upgrade-model", "refresh", "status"],
  positionals: ["[id]"],
  options: {},
  scope: "model",
  formats: ["tabular", "json", "yaml"],

  async run({ id }, context) {
    const wanted = id === undefined ? 0 : parseCount(id, { what: "a rollout's id", min: 1 });
    await using connection = await context.connectModel();
    const { rollouts } = await connection.facade(Rollouts).List({ id: wanted });
    const [only] = rollouts;
    if (id === undefined) {
      if (only === undefined && context.format === "tabular") context.out.note("No rollouts yet.");
      return await context.show(rollouts, () => (only === undefined ? "" : formatList(rollouts)));
    }
    if (only === undefined) throw new Problem("not found", `rollout ${wanted} not found`);
    await context.show(only, () => formatMembers(only));
  },
});

function formatList(rollouts: readonly WireRollout[]): string {
  const rows = rollouts.map(({ id, kind, subject, from, to, state, counts, ...rest }) => {
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const progress = `${counts.upgraded ?? 0}/${all}`;
    return [
      `${id}`,
      kind,
      subject,
      from,
      to,
      state,
      progress,
      rest["started-by"],
      toTime(rest.started),
    ];
  });
  const columns = ["Id", "Kind", "Subject", "From", "To", "State", "Done", "By", "Started"];
  return formatTable(columns, rows);
}

function formatMembers({ state, next, members = [] }: WireRollout): string {
  const rows = members.map(({ id, stage, since, message }) => [id, stage, toTime(since), message]);
  return `State: ${state}\nNext: ${next}\n\n${formatTable(["Member", "Stage", "Since", "Message"], rows)}`;
}

/** To the second, in UTC. */
function toTime(instant: string): string {
  if (instant === "") return "";
  const text = Temporal.Instant.from(instant).toString({ smallestUnit: "second" });
  return text.replace("T", " ");
}
