/** What tools measure, in the hook that is for that. */
import { Problem } from "#base/problem.ts";
import { checkMetric, isBuiltIn, unitsMetric } from "#charm/metrics.ts";
import type { MetricContext, Settings } from "../../../hook-context.ts";
import { readMetrics } from "../../charm/charm-files.ts";
import type { UnitSetting } from "../../setting.ts";
import type { PendingChanges } from "../changes.ts";
import type { HookSubject } from "./subject.ts";

/** Of one run of the hook. */
const measurementsMax = 100;
const labelsLengthMax = 1000;

export function metricContext({ hook, charm, changes, clock }: HookSubject): MetricContext {
  const isCollecting = hook.kind === "collect-metrics";
  return {
    isRestricted: isCollecting,

    async recordMetrics(values, labels) {
      if (!isCollecting) {
        const reason = "metrics not allowed in this context";
        throw new Problem("not supported", `cannot record metric: ${reason}`);
      }
      const declared = await readMetrics(charm);
      for (const [key, value] of Object.entries(values)) {
        if (isBuiltIn(key)) throw refusal(`${key} uses a reserved key`);
        checkMetric(declared, key, value);
      }
      const time = clock.now().toString();
      const measured = Object.entries(values).map(([key, value]) => ({ key, value, time, labels }));
      refuseTooMuch(changes, { count: measured.length, labels });
      await changes.addMetrics(measured);
    },
  };
}

function refuseTooMuch(
  changes: PendingChanges,
  { count, labels }: { readonly count: number; readonly labels: Settings },
): void {
  if ((changes.all.metrics ?? []).length + count > measurementsMax) {
    throw refusal(`a hook records ${measurementsMax} metrics at most`);
  }
  if (JSON.stringify(labels).length > labelsLengthMax) {
    throw refusal(`labels have more than ${labelsLengthMax} characters`);
  }
}

function refusal(reason: string): Problem {
  return new Problem("not valid", `cannot record metric: ${reason}`);
}

/** Of what is built in, a unit counts itself where its charm says so. */
export async function measureItself(
  { paths, clock }: UnitSetting,
  changes: PendingChanges,
): Promise<void> {
  if (!Object.hasOwn(await readMetrics(paths.charm), unitsMetric)) return;
  const time = clock.now().toString();
  await changes.addMetrics([{ key: unitsMetric, value: "1", time, labels: {} }]);
}
