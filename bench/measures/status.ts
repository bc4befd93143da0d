/** `jumar status` of an empty model, against a Node program with nothing in it. */
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../scripts/bundle.ts";
import { bootstrapped } from "../../tests/journeys/cloud.ts";
import { type Measure, timeInTurns } from "../measure.ts";

const rounds = 41;

export const status: Measure = {
  title: "jumar status of an empty model",

  async run() {
    await using scratch = await bootstrapped();
    const empty = join(scratch.folder, "empty.cjs");
    await writeFile(empty, "");
    const run = (program: string, ...words: string[]) => {
      const { status: code } = spawnSync(program, words, { env: scratch.environment });
      if (code !== 0) throw new Error(`${program} ${words.join(" ")} ended with ${code}`);
    };
    const times = await timeInTurns(
      rounds,
      () => run(join(root, "bin", "jumar"), "status"),
      () => run(process.execPath, empty),
    );
    return [{ name: "jumar status / empty Node program", unit: "ms", ...times }];
  },
};
