/**
 * Boots: how units see that their machine has gone down and come up again, and how it does.
 *
 * A machine of the local cloud is a part of a host that others use, so nothing here ever restarts a
 * host. The machine goes down by ending whatever charms have started on it, and comes up with a boot
 * of another name and an agent started anew; see decision 22. The host's own boots count as well, and
 * those of a container that the host is in.
 */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "#base/clock.ts";
import { readTextIfAny, writeFileDurably } from "#base/files.ts";
import { listProcessesWith, sendSignal } from "#base/processes.ts";
import type { Wrench } from "#base/wrench.ts";
import { agentPaths, type Layout } from "#release/layout.ts";

const hostBootPath = "/proc/sys/kernel/random/boot_id";
const firstProcessPath = "/proc/1/stat";
/** Counted from the field that follows the program's name. */
const startTimeField = 19;
const charmVariable = "JUJU_CHARM_DIR";
const pollMs = 50;
const politeRounds = 100;
const killRounds = 100;

interface Machine {
  readonly layout: Layout;
  readonly tag: string;
}

interface Means {
  readonly clock: Clock;
  readonly wrench: Wrench;
  readonly signal: AbortSignal;
}

/** The name of the boot that the machine is in; no two are the same. */
export async function readBoot({ layout, tag }: Machine): Promise<string> {
  const host = `${(await readFile(hostBootPath, "utf8")).trim()} ${await firstProcess()}`;
  const own = await readTextIfAny(agentPaths(layout, tag).boot);
  return own === undefined ? host : `${host} ${own.trim()}`;
}

/** When the first process has started, which in a container is when that came up. */
async function firstProcess(): Promise<string> {
  const text = await readTextIfAny(firstProcessPath).catch(() => undefined); // it may be hidden
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields?.[startTimeField] ?? "";
}

/**
 * Takes the machine down as far as that can be done from within it: the agent has still to end. An
 * agent that dies meanwhile is asked again, since only the last step makes it another boot.
 */
export async function goDown(
  { layout, tag }: Machine,
  { clock, wrench, signal }: Means,
): Promise<void> {
  await endWorkloads(layout.dataDir, (duration) => clock.sleep(duration, signal));
  wrench.at("workloads-ended");
  await writeFileDurably(agentPaths(layout, tag).boot, `${randomUUID()}\n`);
}

/** Asks whatever charms have started to end, and ends what has not after a while. */
async function endWorkloads(
  dataDir: string,
  sleep: (duration: Temporal.Duration) => Promise<void>,
): Promise<void> {
  const start = `${charmVariable}=${join(dataDir, "/")}`;
  for (let round = 0; round < politeRounds + killRounds; round++) {
    const left = await listProcessesWith((variable) => variable.startsWith(start));
    if (left.length === 0) return;
    const signal = signalOf(round);
    if (signal) for (const { pid } of left) sendSignal(pid, signal);
    await sleep(Temporal.Duration.from({ milliseconds: pollMs }));
  }
  throw new Error(`processes of charms in ${dataDir} do not end`);
}

function signalOf(round: number): NodeJS.Signals | undefined {
  if (round === 0) return "SIGTERM";
  return round < politeRounds ? undefined : "SIGKILL";
}
