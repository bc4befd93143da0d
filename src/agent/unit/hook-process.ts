/**
 * The process of a hook, and how it ended, even if the agent did not live to see it.
 *
 * A hook runs in a session of its own under a small shell that writes down how it ended. An agent
 * that comes back finds that: a hook that has succeeded meanwhile does not run again, and one that
 * is still running, cut off from the agent that answered its tools, is ended before it does.
 */
import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { readTextIfAny } from "#base/files.ts";
import type { Log, LogLevel } from "#base/log.ts";

/** How long to read on what a process that has ended has written, or its children still write. */
const drainMs = 200;
const lineLengthMax = 64 * 1024;
const endPollMs = 20;
const endRounds = 500;

/** Without `PWD` and the like, which shells add; a hook gets exactly its environment. */
const script = `
unset PWD OLDPWD
echo $$ >"$1/pid"
folder=$1
shift
"$@"
code=$?
echo $code >"$folder/status"
exit $code
`;

export interface HookProcess {
  /** What is run, relative to the charm. */
  readonly script: string;
  readonly charm: string;
  /** The folder of what is known of this run. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Log;
}

/** How a hook is started: by the charm's dispatcher if it has one, or by a script of its own. */
export interface HookScript {
  readonly path: string;
  readonly description: string;
}

/** Undefined for a hook that the charm does not have, which is no failure. */
export async function findScript(charm: string, name: string): Promise<HookScript | undefined> {
  await access(charm, constants.R_OK); // a charm that is not there must not pass for one without hooks
  const dispatch = { path: "dispatch", description: "hook dispatching script: dispatch" };
  if (await isExecutable(join(charm, dispatch.path))) return dispatch;
  const own = { path: join("hooks", name), description: "explicit, bespoke hook script" };
  return (await isExecutable(join(charm, own.path))) ? own : undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Runs to its end; returns the exit status, 0 for success. */
export async function runHookProcess(hook: HookProcess): Promise<number> {
  const { charm, folder, environment, log } = hook;
  const args = ["-c", script, "sh", folder, join(charm, hook.script)];
  const child = spawn("/bin/sh", args, {
    cwd: charm,
    detached: true,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const outputs = [logLines(child.stdout, log, "DEBUG"), logLines(child.stderr, log, "WARNING")];
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject);
  child.once("exit", (code, signal) => resolve(code ?? (signal ? 128 : 1)));
  const code = await promise;
  await Promise.race([Promise.all(outputs), wait(drainMs, undefined, { ref: false })]);
  child.stdout.destroy();
  child.stderr.destroy();
  return code;
}

async function logLines(stream: Readable, log: Log, level: LogLevel): Promise<void> {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      if (line !== "") log.write(level, line.slice(0, lineLengthMax));
    }
  } catch {} // the pipe was closed under somebody who still had it open
}

/** How the run ended that the agent did not see the end of, or undefined if it did not end. */
export async function recallStatus(folder: string): Promise<number | undefined> {
  const text = await readTextIfAny(join(folder, "status"));
  return text?.endsWith("\n") ? Number(text) : undefined;
}

/** Ends what is left of a run, and whatever it has started that belongs to it. */
export async function endRun(folder: string, context: string): Promise<void> {
  const pid = Number(await readTextIfAny(join(folder, "pid")));
  if (!pid) return;
  for (let round = 0; round < endRounds; round++) {
    if (!(await isOfRun(pid, context))) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {} // it has gone meanwhile
    await wait(endPollMs);
  }
  throw new Error(`hook process ${pid} does not end`);
}

/** A process id may have been given to somebody else; the secret is this run's alone. */
async function isOfRun(pid: number, context: string): Promise<boolean> {
  try {
    const variables = await readFile(`/proc/${pid}/environ`, "utf8");
    return variables.split("\0").includes(`JUJU_CONTEXT_ID=${context}`);
  } catch {
    return false;
  }
}
