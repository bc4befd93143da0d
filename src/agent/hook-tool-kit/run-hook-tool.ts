/** Runs one hook tool: finds it by its name, reads its arguments, prints what it returns. */

import { messageOf, Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { HookContext } from "../hook-context.ts";
import { parseArguments, type ToolArguments } from "./arguments.ts";
import { formatHelp } from "./help.ts";
import type { Format, HookTool } from "./hook-tool.ts";
import { formatResult } from "./output.ts";

/** Each is a file in `hook-tools/`. */
export const hookToolNames: readonly string[] = [
  "action-fail",
  "action-get",
  "action-log",
  "action-set",
  "add-metric",
  "application-version-set",
  "close-port",
  "config-get",
  "credential-get",
  "goal-state",
  "is-leader",
  "juju-log",
  "juju-reboot",
  "k8s-raw-get",
  "k8s-raw-set",
  "k8s-spec-get",
  "k8s-spec-set",
  "leader-get",
  "leader-set",
  "network-get",
  "open-port",
  "opened-ports",
  "payload-register",
  "payload-status-set",
  "payload-unregister",
  "pod-spec-get",
  "pod-spec-set",
  "relation-get",
  "relation-ids",
  "relation-list",
  "relation-model-get",
  "relation-set",
  "resource-get",
  "secret-add",
  "secret-get",
  "secret-grant",
  "secret-ids",
  "secret-info-get",
  "secret-remove",
  "secret-revoke",
  "secret-set",
  "state-delete",
  "state-get",
  "state-set",
  "status-get",
  "status-set",
  "storage-add",
  "storage-get",
  "storage-list",
  "unit-get",
];

const failureCode = 1;
const usageErrorCode = 2;

export interface ToolResult {
  /** The exit status: 0, 1 for what failed, 2 for arguments that cannot be. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Where `stdout` goes instead; a relative path starts in the hook's working folder. */
  readonly outputFile?: string;
}

/** Never throws: what fails is said on `stderr`. */
export async function runHookTool(
  name: string,
  args: readonly string[],
  hook: HookContext,
): Promise<ToolResult> {
  try {
    const tool = await loadTool(name);
    const parsed = parseArguments(tool, args, hook);
    if (parsed && hook.isRestricted && tool.worksRestricted !== true) {
      throw new Problem(
        "not supported",
        `cannot run ${name}: not implemented for restricted context`,
      );
    }
    if (parsed) return await runTool(name, tool, { args: parsed, hook });
    return { code: 0, stdout: formatHelp(name, tool, hook), stderr: "" };
  } catch (error) {
    const code = error instanceof UsageError ? usageErrorCode : failureCode;
    return { code, stdout: "", stderr: `ERROR ${messageOf(error)}\n` };
  }
}

/** Only names that are known are loaded, so that a name cannot be a path. */
async function loadTool(name: string): Promise<HookTool> {
  if (!hookToolNames.includes(name)) {
    throw new Problem("not supported", `there is no hook tool "${name}"`);
  }
  const module: { readonly default: HookTool } = await import(`../hook-tools/${name}.ts`);
  return module.default;
}

/** The reader has seen to it that arguments are what the tool's definition says. */
async function runTool(
  name: string,
  tool: HookTool,
  { args, hook }: { readonly args: ToolArguments; readonly hook: HookContext },
): Promise<ToolResult> {
  const checked = args as Parameters<HookTool["run"]>[0];
  if (tool.output === undefined) {
    await tool.run(checked, hook, "raw");
    const note = `--format flag deprecated for command "${name}"\n`;
    return { code: 0, stdout: "", stderr: args.format ? note : "" };
  }
  const format = (args.format ?? tool.output) as Format;
  const stdout = formatResult(await tool.run(checked, hook, format), format);
  const result = { code: 0, stdout, stderr: "" };
  return args.output ? { ...result, outputFile: args.output as string } : result;
}
