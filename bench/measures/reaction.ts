/**
 * From `jumar config` to the start of the hook that tells of it, against an empty Node program and
 * the hook's script one after the other.
 */
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bootstrapped, isSettled, writeRecorder } from "../../tests/journeys/cloud.ts";
import { type Measure, median, time } from "../measure.ts";

const tries = 20;

export const reaction: Measure = {
  title: "how soon a hook tells of a changed setting",

  async run() {
    await using scratch = await bootstrapped();
    const starts = join(scratch.folder, "starts");
    const script = `[ "$hook" != config-changed ] || echo $EPOCHREALTIME >>${starts}\nstatus-set active`;
    const files = { "config.yaml": "options:\n  word:\n    type: string\n    default: none\n" };
    const charm = await writeRecorder(scratch, { name: "eager", files, script });
    await scratch.jumar(`deploy ${charm}`);
    const empty = join(scratch.folder, "empty.cjs");
    await writeFile(empty, "");
    const times = { value: [] as number[], baseline: [] as number[] };
    for (let round = 1; round <= tries; round++) {
      await scratch.until("eager/0 has nothing to do", async () =>
        isSettled(await scratch.status(), "eager/0"),
      );
      const began = performance.timeOrigin + performance.now();
      await scratch.jumar(`config eager word=${round}`);
      const start = await scratch.until("the hook has started", async () => {
        const lines = (await readFile(starts, "utf8")).trimEnd().split("\n");
        return lines.length > round && Number(lines.at(-1)) * 1000;
      });
      times.value.push(start - began);
      const run = (program: string, ...words: string[]) => spawnSync(program, words);
      const bare = () => [run(process.execPath, empty), run("/bin/bash", "-c", ":")];
      times.baseline.push(await time(bare));
    }
    return [
      {
        ...{ name: "jumar config until the hook starts / empty Node program, bash", unit: "ms" },
        ...{ value: median(times.value), baseline: median(times.baseline) },
      },
    ];
  },
};
