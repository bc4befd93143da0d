/**
 * The process of a hook, and how it ended, even if the agent did not live to see it.
 *
 * A hook runs in a session of its own under a small shell that writes down how it ended. An agent
 * that comes back finds that: a hook that has succeeded meanwhile does not run again, and one that
 * is still running, cut off from the agent that answered its tools, is ended before it does.
 */
import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "#base/clock.ts";
import { isMissing, readTextIfAny } from "#base/files.ts";
import { openPipe } from "#base/pipe.ts";
import { Problem } from "#base/problem.ts";
import { Output, type Sink } from "./output.ts";

const endPause = Temporal.Duration.from({ milliseconds: 20 });
const endRounds = 500;
/** What is left of a run is ended even by an agent that ends itself. */
const untilEnded = new AbortController().signal;
/** How a script begins that names its interpreter, and how a program does. */
const formats = ["#!", "\x7fELF"];
/** What Linux reads of a script to find its interpreter. */
const beginningBytes = 256;
const interpreterPattern = /^#![ \t]*(\/[^ \t\n\0]+)/;
const bootIdPath = "/proc/sys/kernel/random/boot_id";

/**
 * A hook gets exactly its environment, without what shells add: `PWD` and the like, and in bash `_`
 * as well, which only another program can take away. Its files are for others to read, whatever the
 * agent's would be. Where the folder is gone, nobody waits for this hook any more.
 */
const wrapper = `
umask 022
unset PWD OLDPWD SHLVL
echo $$ >"$1/pid" || exit 126
folder=$1
shift
[ -z "\${BASH_VERSION-}" ] || set -- env -u _ "$@"
"$@"
code=$?
echo $code >"$folder/status"
exit $code
`;

export interface HookProcess {
  /** What is run, with its arguments. */
  readonly command: readonly string[];
  readonly workingFolder: string;
  /** The folder of what is known of this run. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Ends the hook, as if the agent had died. */
  readonly signal: AbortSignal;
}

/** How a hook is started: by the charm's dispatcher if it has one, or by a script of its own. */
export interface HookScript {
  readonly path: string;
  readonly description: string;
}

/** Why nothing of the charm can be run, or undefined. One that is not there must not pass for one without hooks. */
export async function findLoss(charm: string): Promise<string | undefined> {
  if (await isThere(charm)) return undefined;
  return `the charm's folder ${charm} is gone: refresh the application with --force-units`;
}

/** Undefined for a hook or an action that the charm does not have. */
export async function findScript(
  charm: string,
  kind: "hooks" | "actions",
  name: string,
): Promise<HookScript | undefined> {
  const dispatch = { path: "dispatch", description: "hook dispatching script: dispatch" };
  if (await isExecutable(join(charm, dispatch.path))) return dispatch;
  const own = { path: join(kind, name), description: "explicit, bespoke hook script" };
  return (await isThere(join(charm, own.path))) ? own : undefined;
}

/**
 * Why the system would not run the script, or undefined. A shell would take any text for its own, and
 * a charm that works here would not in Juju.
 */
export async function findFormatError(path: string): Promise<string | undefined> {
  if (!(await isExecutable(path))) return undefined; // the system says so itself
  const beginning = await readBeginning(path).catch(() => undefined);
  if (beginning === undefined) return undefined;
  if (!formats.some((known) => beginning.startsWith(known))) {
    return `fork/exec ${path}: exec format error`;
  }
  const interpreter = interpreterPattern.exec(beginning)?.[1];
  if (interpreter === undefined || (await isThere(interpreter))) return undefined;
  const missing = `its interpreter ${JSON.stringify(interpreter)} is not installed`;
  return `fork/exec ${path}: no such file or directory: ${missing}`;
}

/** What cannot be looked at is left to the system. */
async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => !isMissing(error),
  );
}

async function readBeginning(path: string): Promise<string> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(beginningBytes), 0, beginningBytes, 0);
  return buffer.toString("latin1", 0, bytesRead);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => isFile(path),
    () => false,
  );
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/**
 * Runs to its end; returns the exit status, 0 for success. Throws `stopped` for a hook that did not
 * succeed before `signal` aborted: it is to run again, and has not failed.
 */
export async function runHookProcess(hook: HookProcess): Promise<number> {
  const { folder, clock, signal } = hook;
  await writeFile(join(folder, "boot"), await readFile(bootIdPath));
  const { child, outputs } = start(hook);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject);
  child.once("exit", (code, name) => resolve(code ?? (name ? 128 : 1)));
  const code = await endedBy(signal, child.pid, promise);
  await Promise.all(outputs.map((output) => output.drain(clock)));
  if (code === 0 || !signal.aborted) return code;
  await rm(join(folder, "status"), { force: true });
  throw new Problem("stopped", "the agent stopped before the hook had ended");
}

function start({ command, workingFolder, folder, environment, ...hook }: HookProcess) {
  using stdout = openPipe();
  using stderr = openPipe();
  const outputs = [new Output(stdout.output, hook.stdout), new Output(stderr.output, hook.stderr)];
  const child = spawn("/bin/sh", ["-c", wrapper, "sh", folder, ...command], {
    cwd: workingFolder,
    detached: true,
    env: environment,
    stdio: ["ignore", stdout.input, stderr.input],
  });
  return { child, outputs };
}

/** A process that is still a child of ours keeps its id, so that the signal reaches nobody else. */
async function endedBy(
  signal: AbortSignal,
  pid: number | undefined,
  exit: Promise<number>,
): Promise<number> {
  const end = () => {
    if (pid !== undefined) sendKill(-pid);
  };
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  try {
    return await exit;
  } finally {
    signal.removeEventListener("abort", end);
  }
}

/**
 * How the run ended that the agent did not see the end of, or undefined if it did not end. After a
 * power cut nothing of it counts, for what the hook wrote may be gone though its end is known.
 */
export async function recallStatus(folder: string): Promise<number | undefined> {
  const boot = await readTextIfAny(join(folder, "boot"));
  if (boot !== (await readFile(bootIdPath, "utf8"))) return undefined;
  const text = await readTextIfAny(join(folder, "status"));
  return text?.endsWith("\n") ? Number(text) : undefined;
}

/** Ends what is left of a run: its session, which is the run's if anybody in it has its secret. */
export async function endRun(
  folder: string,
  { context, clock }: { readonly context: string; readonly clock: Clock },
): Promise<void> {
  const session = Number(await readTextIfAny(join(folder, "pid")));
  if (!session) return;
  let isOfRun = false;
  for (let round = 0; round < endRounds; round++) {
    const pids = await listSession(session);
    isOfRun ||= (await Promise.all(pids.map((pid) => knows(pid, context)))).includes(true);
    if (pids.length === 0 || !isOfRun) return;
    sendKill(session); // first, lest it write down that the hook had failed
    for (const pid of pids) sendKill(pid);
    await clock.sleep(endPause, untilEnded);
  }
  throw new Error(`hook process ${session} does not end`);
}

/** The processes of a session that have not ended. */
async function listSession(session: number): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const sessions = await Promise.all(pids.map(sessionOf));
  return pids.filter((_, index) => sessions[index] === session);
}

async function sessionOf(pid: number): Promise<number | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, "utf8");
    const [state, , , session] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return state === "Z" || state === "X" ? undefined : Number(session);
  } catch {
    return undefined; // it has gone meanwhile
  }
}

/** A number may have been given to somebody else; the secret is this run's alone. */
async function knows(pid: number, context: string): Promise<boolean> {
  try {
    const variables = await readFile(`/proc/${pid}/environ`, "utf8");
    return variables.split("\0").includes(`JUJU_CONTEXT_ID=${context}`);
  } catch {
    return false;
  }
}

/** Whoever has gone meanwhile needs no signal. */
function sendKill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {}
}
