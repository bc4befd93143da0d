/** The memory of an idle `jumard`, of a machine with a unit, against an idle Node program. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Scratch } from "../../scripts/scratch.ts";
import {
  bootstrapped,
  isSettled,
  machineFolderOf,
  programsOf,
  writeRecorder,
} from "../../tests/journeys/cloud.ts";
import type { Measure } from "../measure.ts";

const restMs = 5000;
const bytesPerMiB = 2 ** 20;

export const memory: Measure = {
  title: "the memory of idle agents",

  async run() {
    await using scratch = await bootstrapped();
    const charm = await writeRecorder(scratch, { name: "idle", script: "status-set active" });
    await scratch.jumar(`deploy ${charm}`);
    await scratch.until("idle/0 is idle", async () => isSettled(await scratch.status(), "idle/0"));
    const { dispose, pid } = await startIdle();
    try {
      await sleep(restMs);
      const baseline = await residentOf(pid);
      const agent = await residentOf(await agentOf(scratch, "idle/0"));
      const controller = await residentOf(await agentOf(scratch));
      return [
        { name: "idle jumard / idle Node program", value: agent, unit: "MiB", baseline },
        { name: "idle controller / idle Node program", value: controller, unit: "MiB", baseline },
      ];
    } finally {
      dispose();
    }
  },
};

/** A Node program that does nothing but wake now and then. */
export async function startIdle() {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 100)"]);
  await once(child, "spawn");
  return { pid: child.pid ?? 0, dispose: () => child.kill() };
}

/** The process of the agent of the unit's machine, or of the controller's. */
export async function agentOf(scratch: Scratch, unit?: string): Promise<number> {
  const { agents } = await programsOf(scratch);
  const own = machineFolderOf(scratch, await scratch.status(), "idle/0");
  const found = agents.find(({ words }) => words.includes(own) === (unit !== undefined));
  if (found === undefined) throw new Error("the agent does not run");
  return found.pid;
}

/** In MiB. */
export async function residentOf(pid: number): Promise<number> {
  const lines = await readFile(`/proc/${pid}/status`, "utf8");
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(lines)?.[1]);
  if (Number.isNaN(kilobytes)) throw new Error(`process ${pid} has no memory`);
  return (kilobytes * 1024) / bytesPerMiB;
}
