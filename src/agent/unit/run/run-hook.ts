/** Running one hook: its environment, its tools, its process, and what the log says of it. */
import { join } from "node:path";
import { hookName } from "../hook.ts";
import type { UnitSetting, Wanted } from "../setting.ts";
import type { Heard, HookOperation } from "../state.ts";
import type { PendingChanges } from "./changes.ts";
import { hookEnvironment } from "./environment.ts";
import { findFormatError, findLoss, findScript, runHookProcess } from "./hook-process.ts";
import { toLines } from "./output.ts";
import { withTools } from "./with-tools.ts";

export interface Run {
  readonly wanted: Wanted;
  readonly operation: HookOperation;
  readonly folder: string;
  readonly changes: PendingChanges;
  readonly heard: Heard;
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
  const { paths, log, charmLog } = setting;
  const { operation, folder, signal } = run;
  const { hook, context } = operation;
  const name = hookName(hook);
  const loss = await findLoss(paths.charm);
  if (loss !== undefined) {
    log.write("ERROR", `hook "${name}" failed: ${loss}`);
    return false;
  }
  const script = await findScript(paths.charm, "hooks", name);
  if (script === undefined) {
    log.write("DEBUG", `skipped "${name}" hook (missing)`);
    return true;
  }
  const how = `hook "${name}" (via ${script.description})`;
  const path = join(paths.charm, script.path);
  const formatError = await findFormatError(path);
  if (formatError !== undefined) {
    log.write("ERROR", `${how} failed: ${formatError}`);
    return false;
  }
  const output = charmLog.of(`${setting.name}.${name}`);
  const tools = { ...run, hook, context, action: undefined };
  const code = await withTools(setting, tools, (about) =>
    runHookProcess({
      ...{ command: [path], workingFolder: paths.charm, folder, signal },
      ...{ clock: setting.clock },
      environment: hookEnvironment(about, hook, context),
      stdout: toLines((line) => output.write("DEBUG", line)),
      stderr: toLines((line) => output.write("WARNING", line)),
    }),
  );
  if (code === 0) log.write("INFO", `ran "${name}" hook (via ${script.description})`);
  else log.write("ERROR", `${how} failed: exit status ${code}`);
  return code === 0;
}
