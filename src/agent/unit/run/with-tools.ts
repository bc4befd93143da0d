/** Answers the tools of what a unit runs, for as long as it runs. */

import { provideResource } from "../charm/resources.ts";
import type { UnitSetting, Wanted } from "../setting.ts";
import type { PendingChanges } from "./changes.ts";
import type { HookSetting } from "./environment.ts";
import type { ActionRun } from "./hook-context/action-run.ts";
import { makeHookContext } from "./hook-context/hook-context.ts";
import type { HookSubject, Seen } from "./hook-context/subject.ts";

export interface Tools {
  readonly wanted: Wanted;
  readonly hook: HookSubject["hook"];
  readonly action: ActionRun | undefined;
  /** The secret that lets it use its tools. */
  readonly context: string;
  readonly changes: PendingChanges;
  readonly heard: HookSubject["heard"];
  readonly noteStatus: HookSubject["noteStatus"];
  readonly askReboot: HookSubject["askReboot"];
}

/** Gives `body` what an environment is made from; its tools are answered until it ends. */
export async function withTools<T>(
  setting: UnitSetting,
  tools: Tools,
  body: (about: HookSetting) => Promise<T>,
): Promise<T> {
  const { name, paths, server, charmLog, clock, controller, leadership } = setting;
  const { wanted, hook, action, context, changes, heard } = tools;
  const { noteStatus, askReboot } = tools;
  const seen: Seen = { settings: new Map(), contents: new Map() };
  const subject: HookSubject = {
    ...{ hook, action, desired: wanted.unit, charm: paths.charm },
    ...{ model: wanted.state.model.uuid, addresses: wanted.state.addresses },
    ...{ changes, heard, controller, leadership, clock },
    ...{ noteStatus, askReboot, log: charmLog.of(`${name}.juju-log`) },
    resourcePath: (resource: string) =>
      provideResource({ ...setting, fetch: setting.fetchResource }, resource),
  };
  server.setRunning({
    secret: context,
    contextFor: (call) => makeHookContext(subject, seen, call),
  });
  try {
    const { principal, "meter-status": meter } = wanted.unit;
    const own = { unit: name, principal, socket: server.path, meter };
    return await body({ ...setting, ...own, desired: wanted.state });
  } finally {
    server.setRunning(undefined);
    await server.settled();
  }
}
