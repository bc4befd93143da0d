/** metrics: what charms have measured. */
import { UsageError } from "#base/usage.ts";
import type { ResultOf } from "#contract/facade.ts";
import { MetricsDebug } from "#contract/metrics-debug.ts";
import { command, flag } from "../command.ts";
import { toEntityTag } from "../metering.ts";
import { toProblem } from "../problem.ts";
import { formatTable } from "../table.ts";

export default command({
  summary: "Retrieve metrics collected by specified entities.",
  details: `
Shows what the charms of units and applications have measured last, those of all units with --all.

A charm measures its workload where its metrics.yaml says what: its hook collect-metrics runs every
five minutes, and calls add-metric. Of each metric the last measurement is kept, for each set of
labels by itself.
`,
  examples: [
    "jumar metrics greeter/0",
    "jumar metrics greeter --format yaml",
    "jumar metrics --all",
  ],
  seeAlso: ["set-meter-status", "status"],
  positionals: ["[names...]"],
  options: { all: flag("The metrics of all units in the model") },
  scope: "model",
  formats: ["tabular", "json", "yaml"],

  async run({ names, all }, context) {
    if (all && names.length > 0) {
      throw new UsageError("cannot use --all with additional entities");
    }
    if (!all && names.length === 0) {
      throw new UsageError("you need to specify at least one unit or application, or --all");
    }
    const entities = names.map((name) => ({ tag: toEntityTag(name) }));
    await using connection = await context.connectModel();
    const { results } = await connection.facade(MetricsDebug).GetMetrics({ entities });
    const metrics = results.flatMap(getMetrics).map(({ labels, ...each }) => ({
      ...{ unit: each.unit, timestamp: each.time, metric: each.key, value: each.value },
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
    }));
    if (metrics.length === 0) context.out.note("No metrics to display.");
    if (metrics.length === 0 && context.format === "tabular") return;
    const rows = metrics.map(({ labels = {}, ...each }) => [
      ...[each.unit, each.timestamp, each.metric, each.value],
      Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(","),
    ]);
    const columns = ["Unit", "Timestamp", "Metric", "Value", "Labels"];
    await context.show(metrics, () => `${formatTable(columns, rows)}\n`);
  },
});

type Result = ResultOf<(typeof MetricsDebug)["methods"]["GetMetrics"]>["results"][number];

function getMetrics({ metrics = [], error }: Result) {
  if (error) throw toProblem(error);
  return metrics;
}
