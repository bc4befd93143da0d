/**
 * What a unit does about the upgrade of its machine's operating system.
 *
 * It tells its charm that one comes as soon as nothing else is under way, and then does nothing at
 * all, neither hook nor action, until the operator has said that the system is a new one. What has
 * been desired meanwhile comes after the charm has heard that.
 */
import { baseOfSeries, formatBase, seriesNames } from "#charm/base.ts";
import type { DesiredUnit } from "#contract/machine-agent.ts";
import type { UnitFacts } from "#contract/unit-agent.ts";
import { type Hook, isUpgradeHook, type UpgradeHook } from "../hook.ts";
import type { UnitState } from "../state.ts";
import type { Decision } from "./decision.ts";

export function followMachineUpgrade(
  state: UnitState,
  { life, "machine-upgrade": upgrade }: DesiredUnit,
): Decision | undefined {
  if (upgrade === undefined || state.operation !== null) return undefined;
  const { phase, number, target } = upgrade;
  const heard = heardOf(state, number);
  if (heard === "completed" || (heard === "nothing" && life !== "alive")) return undefined;
  const isHeld = phase === "wait" || (phase === "prepare" && heard === "prepared");
  if (isHeld) return { kind: "wait", until: null };
  const kind = phase === "prepare" ? "pre-series-upgrade" : "post-series-upgrade";
  return isAtRest(state) ? { kind: "run", hook: { kind, number, target } } : undefined;
}

function isAtRest({ isStarted, queue }: UnitState): boolean {
  return isStarted && queue.length === 0;
}

function heardOf({ machineUpgrade: known }: UnitState, number: number) {
  return known?.number === number ? known.stage : "nothing";
}

/** The unit's state once its charm has heard of it. */
export function afterUpgradeHook(state: UnitState, { kind, number }: UpgradeHook): UnitState {
  const stage = kind === "pre-series-upgrade" ? "prepared" : "completed";
  return { ...state, machineUpgrade: { number, stage } };
}

/** What the controller is told of it. */
export function upgradeFacts(
  hook: Hook | undefined,
  { machineUpgrade }: UnitState,
): Pick<UnitFacts, "machine-upgrade"> {
  if (hook === undefined || !isUpgradeHook(hook) || machineUpgrade === null) return {};
  return { "machine-upgrade": machineUpgrade };
}

/** The series is what charms looked at before there were bases, where the base has one. */
export function upgradeEnvironment(hook: Hook): Record<string, string> {
  if (!isUpgradeHook(hook)) return {};
  const isTarget = (series: string) => {
    const base = baseOfSeries(series);
    return base !== undefined && formatBase(base) === hook.target;
  };
  return {
    JUJU_TARGET_BASE: hook.target,
    JUJU_TARGET_SERIES: seriesNames().find(isTarget) ?? "",
  };
}
