/** What the parts of a hook's context are made from. */
import type { Clock } from "#base/clock.ts";
import type { Log } from "#base/log.ts";
import { Problem } from "#base/problem.ts";
import type { DesiredUnit } from "#contract/machine-agent.ts";
import type { SecretFound } from "#contract/unit-agent.ts";
import type { Settings } from "../../../hook-context.ts";
import type { ControllerView } from "../../controller-view.ts";
import type { Hook, TaskRun } from "../../hook.ts";
import type { Leadership } from "../../leadership.ts";
import type { Heard } from "../../state.ts";
import type { PendingChanges } from "../changes.ts";
import type { ActionRun } from "./action-run.ts";

export interface HookSubject {
  readonly hook: Hook | TaskRun;
  /** Where it is an action that runs. */
  readonly action: ActionRun | undefined;
  readonly desired: DesiredUnit;
  /** The UUID of the model. */
  readonly model: string;
  readonly charm: string;
  readonly addresses: readonly string[];
  readonly changes: PendingChanges;
  readonly heard: Heard;
  readonly controller: ControllerView;
  readonly leadership: Leadership;
  readonly clock: Clock;
  readonly log: Log;
  /** The charm has set its status, so that the agent need not say anything for it. */
  readonly noteStatus: () => Promise<void>;
  /** Undefined for what cannot be run again, which is an action. */
  readonly askReboot: ((isNow: boolean) => Promise<void>) | undefined;
  readonly resourcePath: (name: string) => Promise<string>;
}

/** What the hook has asked for, as it was when it first asked; it stays so while the hook runs. */
export interface Seen {
  readonly settings: Map<string, Promise<Settings>>;
  leaderSettings?: Promise<Settings>;
  data?: ReturnType<ControllerView["data"]>;
  secrets?: ReturnType<ControllerView["secrets"]>;
  /** By id or label, and revision. */
  readonly contents: Map<string, Promise<SecretFound>>;
}

/** As in `mysql`, for `mysql/0`. */
export function applicationOf({ desired: { name } }: HookSubject): string {
  return name.slice(0, name.lastIndexOf("/"));
}

/** What the controller knows of the unit. */
export function unitData({ controller }: HookSubject, seen: Seen) {
  seen.data ??= controller.data();
  return seen.data;
}

/** Throws `unauthorized access`, for what only the leader may do, unless the unit leads. */
export async function requireLeader({ leadership }: HookSubject, what: string): Promise<void> {
  if (await leadership.isGuaranteed()) return;
  throw new Problem("unauthorized access", `${what}: this unit is not the leader`);
}

/** An empty value takes its key away. */
export function overlay(settings: Settings, written: Settings): Settings {
  const merged = Object.entries({ ...settings, ...written });
  return Object.fromEntries(merged.filter(([, value]) => value !== ""));
}
