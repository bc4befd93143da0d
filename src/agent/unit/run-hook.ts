/** Running one hook: its environment, its tools, its process, and what the log says of it. */
import { join } from "node:path";
import type { PendingChanges } from "./changes.ts";
import { hookEnvironment } from "./environment.ts";
import { hookName } from "./hook.ts";
import { makeHookContext } from "./hook-context/hook-context.ts";
import type { Seen } from "./hook-context/subject.ts";
import { findFormatError, findScript, runHookProcess } from "./hook-process.ts";
import { provideResource } from "./resources.ts";
import type { UnitSetting, Wanted } from "./setting.ts";
import type { HookOperation, UnitState } from "./state.ts";

export interface Run {
  readonly wanted: Wanted;
  readonly operation: HookOperation;
  readonly folder: string;
  readonly changes: PendingChanges;
  /** What the charm has of storage. */
  readonly storage: UnitState["storage"];
  readonly noteStatus: () => Promise<void>;
  readonly askReboot: (isNow: boolean) => Promise<void>;
  /** Cuts it short. */
  readonly signal: AbortSignal;
}

/**
 * Whether it has succeeded; a hook that the charm does not have succeeds. Throws `stopped` for one
 * that was cut short.
 */
export async function runHook(setting: UnitSetting, run: Run): Promise<boolean> {
  const { paths, log, charmLog, server } = setting;
  const { wanted, operation, folder, changes, storage, noteStatus, askReboot, signal } = run;
  const { hook, context } = operation;
  const name = hookName(hook);
  const script = await findScript(paths.charm, name);
  if (script === undefined) {
    log.write("DEBUG", `skipped "${name}" hook (missing)`);
    return true;
  }
  const how = `hook "${name}" (via ${script.description})`;
  const formatError = await findFormatError(join(paths.charm, script.path));
  if (formatError !== undefined) {
    log.write("ERROR", `${how} failed: ${formatError}`);
    return false;
  }
  const seen: Seen = { settings: new Map(), contents: new Map() };
  const subject = {
    ...{ hook, desired: wanted.unit, charm: paths.charm, addresses: wanted.state.addresses },
    model: wanted.state.model.uuid,
    ...{ changes, storage, controller: setting.controller, leadership: setting.leadership },
    ...{ noteStatus, askReboot },
    clock: setting.clock,
    log: charmLog.of(`${setting.name}.juju-log`),
    resourcePath: (name: string) =>
      provideResource({ ...setting, fetch: setting.fetchResource }, name),
  };
  server.setRunning({
    secret: context,
    contextFor: (call) => makeHookContext(subject, seen, call),
  });
  try {
    const own = { unit: setting.name, principal: wanted.unit.principal, socket: server.path };
    const environment = hookEnvironment(
      { ...setting, ...own, desired: wanted.state },
      hook,
      context,
    );
    const code = await runHookProcess({
      ...{ script: script.path, charm: paths.charm, folder, environment, clock: setting.clock },
      ...{ log: charmLog.of(`${setting.name}.${name}`), signal },
    });
    if (code === 0) log.write("INFO", `ran "${name}" hook (via ${script.description})`);
    else log.write("ERROR", `${how} failed: exit status ${code}`);
    return code === 0;
  } finally {
    server.setRunning(undefined);
    await server.settled();
  }
}
