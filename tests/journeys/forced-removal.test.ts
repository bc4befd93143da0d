import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scratch } from "../../scripts/scratch.ts";
import {
  bootstrapped,
  findUnit,
  hooksThatEnded,
  isSettled,
  machineFolderOf,
  programsOf,
  readRecord,
  writeRecorder,
} from "./cloud.ts";

/** What a hook leaves behind that never ends by itself. */
const sleeping = "sleep 86399";

test("what cannot go by itself goes by force", async (t) => {
  await using scratch = await bootstrapped();
  const slow = await writeRecorder(scratch, {
    name: "slow",
    metadata: "provides: {server: x}",
    script: `[ $hook != start ] || ${sleeping}`,
  });
  const plain = await writeRecorder(scratch, {
    name: "plain",
    metadata: "requires: {db: x}",
    script: "status-set active; [ $hook != stop ]",
  });
  await scratch.jumar(`deploy ${plain}`);
  await scratch.jumar(`deploy ${plain} lost`);
  for (const unit of ["plain/0", "lost/0"]) {
    await scratch.until(`${unit} is settled`, async () => isSettled(await scratch.status(), unit));
  }
  await scratch.jumar(`deploy ${slow} --to 0`);
  await scratch.jumar("integrate slow lost");
  await scratch.until("the hook sleeps", async () => (await sleepers(scratch)).length > 0);

  await t.test(
    "a unit whose hook does not end, and what it runs; its neighbours hear",
    async () => {
      const hasHeard = (hook: string) =>
        scratch.until(`the neighbour hears ${hook}`, async () =>
          (await hooksThatEnded(scratch, "lost/0")).includes(hook),
        );
      await hasHeard("db-relation-joined slow/0");
      await scratch.jumar("remove-unit slow/0 --force --no-wait --no-prompt");
      assert.equal(findUnit(await scratch.status(), "slow/0"), undefined);
      await scratch.until("its processes have ended", async () => {
        return (await sleepers(scratch)).length === 0;
      });
      await hasHeard("db-relation-departed slow/0");
      assert.ok(!(await readRecord(scratch, "slow/0")).includes("begin stop "));
    },
  );

  await t.test("an application whose machine is lost, with the machine", async () => {
    const folder = machineFolderOf(scratch, await scratch.status(), "lost/0");
    const { agents, launchers } = await programsOf(scratch, folder);
    for (const { pid } of [...launchers, ...agents]) process.kill(pid, "SIGSTOP");
    await scratch.jumar("remove-application lost --force --no-wait --no-prompt");
    assert.equal((await scratch.status()).applications.lost, undefined);
    await scratch.until("the machine is gone", async () => {
      return !("1" in (await scratch.status()).machines);
    });
    assert.deepEqual(await programsOf(scratch, folder), { agents: [], launchers: [] });
  });

  await t.test("a model; whoever waits for it learns which unit is in the way", async () => {
    let said = "";
    const waiting = scratch.run(["destroy-model", "shop", "--no-prompt"], (piece) => {
      said += piece;
    });
    await scratch.until("it is said", async () => said.includes("Unit plain/0"));
    assert.ok(
      said.includes(
        'Unit plain/0 is in error and cannot go: hook failed: "stop"; "jumar resolved plain/0 -m demo:admin/shop" tries again, "jumar remove-unit plain/0 --force -m demo:admin/shop" gives it up\n',
      ),
      said,
    );
    assert.match(said, /\nWaiting for 1 machine\(s\) and \d application\(s\) to go/);

    await scratch.jumar("destroy-model shop --no-prompt --force --no-wait");
    assert.equal((await waiting).status, 0);
    const { models } = JSON.parse(await scratch.jumar("models --format json"));
    assert.equal(models.length, 1);
  });
});

function sleepers(scratch: Scratch) {
  return scratch.processes().then((all) => all.filter(({ words }) => words.join(" ") === sleeping));
}
