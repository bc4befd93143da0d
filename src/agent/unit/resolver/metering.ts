/**
 * When a charm measures its workload, and when it hears of how much its unit uses.
 *
 * Both come when nothing else is left to tell, and only to a charm that has started.
 */
import type { DesiredUnit } from "#contract/machine-agent.ts";
import type { UnitState } from "../state.ts";
import type { Decision } from "./decision.ts";

/** How often a charm that measures anything does so, as in Juju. */
const collectingInterval = Temporal.Duration.from({ minutes: 5 });

export function tellMeterStatus(
  { isStarted, meterStatus: known }: UnitState,
  { "meter-status": said }: DesiredUnit,
): Decision | undefined {
  if (said === undefined || !isStarted) return undefined;
  if (said.status === known?.status && said.info === known.info) return undefined;
  return { kind: "run", hook: { kind: "meter-status-changed", ...said } };
}

/** When the charm is to measure next, if it measures anything. */
export function nextCollecting(
  { isStarted, metricsCollected }: UnitState,
  { metered }: DesiredUnit,
): Temporal.Instant | undefined {
  if (metered !== true || !isStarted) return undefined;
  return Temporal.Instant.from(metricsCollected).add(collectingInterval);
}

export function collectMetrics(
  state: UnitState,
  desired: DesiredUnit,
  { now }: { readonly now: Temporal.Instant },
): Decision | undefined {
  const due = nextCollecting(state, desired);
  if (due === undefined || Temporal.Instant.compare(now, due) < 0) return undefined;
  return { kind: "run", hook: { kind: "collect-metrics" } };
}
