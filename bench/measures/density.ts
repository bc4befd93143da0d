/** Fifty units on one machine: what its idle agent takes, against an idle Node program. */
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { bootstrapped, findUnit, isSettled, writeRecorder } from "../../tests/journeys/cloud.ts";
import type { Measure } from "../measure.ts";
import { agentOf, residentOf, startIdle } from "./memory.ts";

const units = 50;
const restMs = 5000;
const observedMs = 20_000;
const minuteMs = 60_000;
/** What Linux counts the time of processes in. */
const ticksPerSecond = 100;

export const density: Measure = {
  title: `${units} units on one machine`,

  async run() {
    await using scratch = await bootstrapped();
    const charm = await writeRecorder(scratch, { name: "idle", script: "status-set active" });
    await scratch.jumar(`deploy ${charm}`);
    const first = await scratch.until("idle/0 has a machine", async () =>
      findUnit(await scratch.status(), "idle/0"),
    );
    const places = Array(units - 1)
      .fill(first.machine)
      .join();
    await scratch.jumar(`add-unit idle -n ${units - 1} --to ${places}`);
    await scratch.until("the units are idle", async () => {
      const status = await scratch.status();
      return Array.from({ length: units }, (_, n) => `idle/${n}`).every((name) =>
        isSettled(status, name),
      );
    });
    const { dispose, pid } = await startIdle();
    try {
      await sleep(restMs);
      const agent = await agentOf(scratch, "idle/0");
      const before = [await busyOf(agent), await busyOf(pid)] as const;
      await sleep(observedMs);
      const busy = async (of: number, since: number) =>
        ((await busyOf(of)) - since) * (minuteMs / observedMs);
      return [
        {
          ...{ name: `jumard with ${units} units / idle Node program`, unit: "MiB" },
          ...{ value: await residentOf(agent), baseline: await residentOf(pid) },
        },
        {
          ...{
            name: `processor time of jumard with ${units} units / of a Node program`,
            unit: "ms/min",
          },
          ...{ value: await busy(agent, before[0]), baseline: await busy(pid, before[1]) },
        },
      ];
    } finally {
      dispose();
    }
  },
};

/** The processor time that the process has had, in milliseconds. */
async function busyOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return ((user + system) * 1000) / ticksPerSecond;
}
