/** What the tools of one hook see and change: a part for each thing that tools are about. */
import { hostname } from "node:os";
import type { HookContext, UnitContext } from "../../../hook-context.ts";
import { actionContext } from "./action.ts";
import { leaderContext } from "./leader.ts";
import { metricContext } from "./metrics.ts";
import { payloadContext } from "./payloads.ts";
import { portContext } from "./ports.ts";
import { rebootContext } from "./reboot.ts";
import { relationContext } from "./relations.ts";
import { resourceContext } from "./resources.ts";
import { secretContext } from "./secrets.ts";
import { settingsContext } from "./settings.ts";
import { stateContext } from "./state.ts";
import { statusContext } from "./statuses.ts";
import { storageContext } from "./storage.ts";
import { applicationOf, type HookSubject, type Seen } from "./subject.ts";
import { trustContext } from "./trust.ts";

export interface ToolCall {
  readonly workingFolder: string;
  readonly readInput: () => Promise<Buffer>;
}

export function makeHookContext(subject: HookSubject, seen: Seen, call: ToolCall): HookContext {
  return {
    ...unitContext(subject, call),
    ...actionContext(subject),
    ...settingsContext(subject),
    ...trustContext(subject),
    ...relationContext(subject, seen),
    ...leaderContext(subject, seen),
    ...metricContext(subject),
    ...payloadContext(subject),
    ...portContext(subject, seen),
    ...secretContext(subject, seen),
    ...resourceContext(subject),
    ...stateContext(subject, seen),
    ...statusContext(subject),
    ...rebootContext(subject),
    ...storageContext(subject),
  };
}

function unitContext(subject: HookSubject, call: ToolCall): UnitContext {
  const { desired, addresses, leadership, controller, log } = subject;
  return {
    ...{ unit: desired.name, application: applicationOf(subject) },
    ...{ hostname: hostname(), addresses, ...call },
    isLeader: () => leadership.isGuaranteed(),
    goalState: () => controller.goalState(),
    log: (level, message) => log.write(level, message),
  };
}
