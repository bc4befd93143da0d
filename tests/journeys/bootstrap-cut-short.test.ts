/** Whatever ends a bootstrap in the middle, its name and its place can be used again. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type Ran, Scratch } from "../../scripts/scratch.ts";

/** Sends the signal when the controller's machine has been started. */
async function cutShort(scratch: Scratch, signal: NodeJS.Signals): Promise<Ran> {
  const words = ["bootstrap", "local", "demo", "--data-dir", scratch.cloud];
  let said = "";
  let isSent = false;
  return await scratch.run(words, (piece) => {
    said += piece;
    if (isSent || !said.includes("Started instance")) return;
    isSent = true;
    void scratch.processes().then((all) => {
      const command = all.find(({ words: own }) => own.includes("bootstrap"));
      if (command !== undefined) process.kill(command.pid, signal);
    });
  });
}

const machines = (scratch: Scratch) => readdir(join(scratch.cloud, "machines"));

test("whoever interrupts a bootstrap gets everything removed again, and is told so", async () => {
  await using scratch = await Scratch.open();

  const { status, stderr } = await cutShort(scratch, "SIGINT");

  assert.equal(status, 1);
  assert.match(
    stderr,
    /\nRemoving what there is of controller "demo"\n\nInterrupted\. Controller "demo" was removed again\.\n$/,
  );
  assert.deepEqual(await machines(scratch), []);
  assert.deepEqual(await scratch.processes(), []);
  assert.match((await scratch.run(["controllers"])).stderr, /^No controllers registered\./);
});

test("a bootstrap that was killed says how its name is used again, and it can be", async () => {
  await using scratch = await Scratch.open();
  const again = ["bootstrap", "local", "demo", "--data-dir", scratch.cloud];

  await cutShort(scratch, "SIGKILL");
  const refused = await scratch.run(again);

  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /"jumar kill-controller demo" if it was never finished\)\n$/);
  await scratch.jumar("kill-controller demo --no-prompt");
  assert.deepEqual(await machines(scratch), []);
  await scratch.jumar(again.join(" "));
  assert.match(await scratch.jumar("models"), /^controller\* /m);
});
