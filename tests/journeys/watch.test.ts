/** Who watches an upgrade of the controller sees it through. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../scripts/bundle.ts";
import { killHard } from "../../scripts/scratch.ts";
import { bootstrapped, programsOf } from "./cloud.ts";

test("status --watch goes on when the controller dies and comes back", async () => {
  await using scratch = await bootstrapped();
  const watching = spawn(join(root, "bin", "jumar"), ["status", "--watch", "0.2s"], {
    env: scratch.environment,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let shown = 0;
  watching.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text.split("\nshop ").length - 1;
  });
  await scratch.until("the model is shown", () => Promise.resolve(shown > 1));
  const { agents } = await programsOf(scratch);
  assert.equal(agents.length, 1);

  for (const { pid } of agents) killHard(pid);
  const before = shown;
  await scratch.until("it is shown again", () => Promise.resolve(shown > before + 2));

  assert.deepEqual(
    (await programsOf(scratch)).agents.filter(({ pid }) => pid === agents[0]?.pid),
    [],
  );
  watching.kill("SIGINT");
  assert.deepEqual(await once(watching, "exit"), [0, null]);
});
