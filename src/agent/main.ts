/** The agent's program: what each of its commands does. Returns the exit status. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "#base/clock.ts";
import { type Log, logOn } from "#base/log.ts";
import { messageOf } from "#base/problem.ts";
import { openWrench } from "#base/wrench.ts";
import { type AgentConf, parseAgentConf } from "#release/agent-conf.ts";
import { executable, hookTool, launcher } from "#release/bundle.ts";
import { currentVersion } from "#release/current.ts";
import {
  agentPaths,
  finishedStatus,
  type Layout,
  layoutOf,
  replacedStatus,
} from "#release/layout.ts";
import { formatBinaryName, thisTarget } from "#release/version.ts";
import { serveCommands } from "./command-server.ts";
import { runHookClient } from "./hook-client.ts";
import { filesOnly, type MachineLogs, ShippedLogs } from "./log/machine-logs.ts";
import { readBoot } from "./machine/boot.ts";
import { Link } from "./machine/link.ts";
import { type Ending, MachineAgent } from "./machine/machine-agent.ts";
import { linkCommands } from "./unit/run/tools-folder.ts";

const usage = `usage: jumard machine --data-dir DIR --tag TAG
       jumard version
       jumard self-check
       jumard hook-tool NAME [ARGUMENT ...]
`;

const orphanCheck = Temporal.Duration.from({ seconds: 2 });
const statusByEnding: Readonly<Record<Ending, number>> = {
  finished: finishedStatus,
  replaced: replacedStatus,
  rebooting: replacedStatus,
  stopped: 0,
};

/** What runs on the machine beside its agent, such as a controller. */
export type Companion = (beside: {
  readonly layout: Layout;
  readonly log: Log;
}) => Promise<AsyncDisposable | undefined>;

export async function main(
  [command, ...args]: readonly string[],
  { companion, signal }: { readonly companion: Companion; readonly signal: AbortSignal },
): Promise<number> {
  switch (command) {
    case "version":
    case "--version":
      process.stdout.write(`${formatBinaryName({ version: currentVersion, ...thisTarget() })}\n`);
      return 0;
    case "self-check":
      return 0;
    case "hook-tool":
      return runHookClient(args[0] ?? "", args.slice(1));
    case "machine":
      return runMachine(args, { companion, signal });
    default:
      process.stderr.write(usage);
      return 2;
  }
}

async function runMachine(
  args: readonly string[],
  { companion, signal }: { readonly companion: Companion; readonly signal: AbortSignal },
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { "data-dir": { type: "string" }, tag: { type: "string" } },
  });
  const { "data-dir": dataDir, tag } = values;
  if (dataDir === undefined || tag === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  const layout = layoutOf(dataDir);
  const paths = agentPaths(layout, tag);
  await using shipped = openLogs(paths.spool);
  const logs = shipped ?? filesOnly;
  const log = logOn(logs.sinkOf(tag, paths.log), systemClock, "juju.worker");
  log.write("INFO", `agent ${tag} ${currentVersion} starts`);
  if (!shipped) log.write("ERROR", `cannot open ${paths.spool}: nothing goes to the controller`);
  try {
    const conf = parseAgentConf(await readFile(paths.conf, "utf8"));
    await using _companion = await companion({ layout, log: log.of("controller") });
    return statusByEnding[await runAgent({ conf, layout, log, logs }, signal)];
  } catch (error) {
    const reason = error instanceof Error ? error.stack : messageOf(error);
    log.write("CRITICAL", `agent ${tag} ends: ${reason}`);
    return 1;
  }
}

/** An agent that can do without logs on the controller does not end for want of them. */
function openLogs(folder: string): ShippedLogs | undefined {
  try {
    return ShippedLogs.open(folder);
  } catch {
    return undefined;
  }
}

interface Own {
  readonly conf: AgentConf;
  readonly layout: Layout;
  readonly log: Log;
  readonly logs: MachineLogs;
}

async function runAgent({ conf, layout, log, logs }: Own, signal: AbortSignal): Promise<Ending> {
  const { tag, password, controller: _, model, caCertificate, apiAddresses } = conf;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const endpoint = { addresses: apiAddresses, caCertificate, model };
  const needs = { clock: systemClock, log: log.of("apicaller") };
  const link = new Link(endpoint, { tag, password, version: currentVersion }, needs);
  const folder = dirname(await realpath(join(agentPaths(layout, tag).current, executable)));
  const boot = await readBoot({ layout, tag });
  const wrench = openWrench(join(layout.dataDir, "wrench"));
  const program = {
    executable: join(folder, executable),
    launcher: join(folder, launcher),
    hookTool: join(folder, hookTool),
  };
  const agent = new MachineAgent({
    ...{ conf, boot, layout, link, log: log.of("machiner"), clock: systemClock },
    ...{ logs, version: currentVersion, systemPath: process.env.PATH ?? "" },
    ...{ program, wrench },
  });
  await linkCommands(layout.tools, program);
  await using _commands = await serveCommands(layout.commands, (call) => agent.offer(call));
  const keeping = [link.keep(either), replaceLauncher({ conf, layout, log }, either)];
  if (logs instanceof ShippedLogs) {
    const shipping = { tag, link, clock: systemClock, wrench, log: log.of("logsender") };
    keeping.push(logs.ship(shipping, either));
  }
  try {
    return await agent.run(either);
  } finally {
    stop.abort();
    await Promise.all(keeping);
  }
}

/** An agent whose launcher was killed starts another, which starts another agent in its place. */
async function replaceLauncher(own: Omit<Own, "logs">, signal: AbortSignal): Promise<void> {
  const launcher = Number(process.env.JUMAR_LAUNCHER) || process.ppid;
  while (!signal.aborted) {
    if (process.ppid !== launcher) await startLauncher(own);
    await systemClock.sleep(orphanCheck, signal).catch(() => {});
  }
}

async function startLauncher({ conf, layout, log }: Omit<Own, "logs">): Promise<void> {
  log.write("WARNING", "the launcher is gone: starting another");
  try {
    await using output = await open(join(layout.logs, "launcher.log"), "a");
    const child = spawn(layout.launcher, [layout.dataDir, conf.tag], {
      cwd: layout.dataDir,
      detached: true,
      stdio: ["ignore", output.fd, output.fd],
    });
    await once(child, "spawn");
    child.unref();
  } catch (error) {
    log.write("ERROR", `cannot start the launcher: ${messageOf(error)}`);
  }
}
