import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Scratch } from "../../scripts/scratch.ts";
import { bootstrapped, findUnit, isSettled } from "../journeys/cloud.ts";
import { copyCharm } from "./charms.ts";

/** What the charm knows, in the words of its action `report`. */
interface Report {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly token: Readonly<Record<string, string>> | null;
  readonly events: readonly string[];
  readonly "put-off": number;
  readonly key: string;
  readonly leader: boolean;
  readonly planned: number;
  readonly ports: readonly string[];
  readonly tool: string;
  readonly notes: readonly string[];
  readonly caches: readonly string[];
  readonly address: string;
  readonly peers: Readonly<Record<string, string | null>>;
  readonly ring: string;
  readonly got?: Readonly<Record<string, string | null>>;
}

interface Task {
  readonly status: string;
  readonly message?: string;
  readonly results: Readonly<Record<string, unknown>>;
  readonly log?: readonly string[];
}

async function runAction(scratch: Scratch, unit: string, ...words: string[]): Promise<Task> {
  const { stdout } = await scratch.run(["run", unit, ...words, "--format=json"]);
  const task: Task = JSON.parse(stdout)[unit];
  return task;
}

async function report(scratch: Scratch, unit: string): Promise<Report> {
  const { results } = await runAction(scratch, unit, "report");
  return JSON.parse(String(results.report));
}

test("a charm on the newest ops uses everything that ops has for machines", async (t) => {
  await using scratch = await bootstrapped();
  const workbench = await copyCharm(scratch, "workbench", { on: "ops" });
  const tool = join(scratch.folder, "tool.txt");
  await writeFile(tool, "a hammer");
  const untilActive = (unit: string, message: string) =>
    scratch.until(`${unit} says ${message}`, async () => {
      const status = await scratch.status();
      assert.notEqual(findUnit(status, unit)?.["workload-status"]?.current, "error", unit);
      return isSettled(status, unit, message) && status;
    });
  const untilReports = (unit: string, what: string, isSo: (known: Report) => boolean) =>
    scratch.until(`${unit} reports ${what}`, async () => {
      const known = await report(scratch, unit);
      return isSo(known) && known;
    });

  await t.test("settings, storage, resources, ports and statuses", async () => {
    await scratch.jumar(`deploy ${workbench} alice --resource tool=${tool}`);
    const status = await untilActive("alice/0", "hello");
    const { applications } = status;
    assert.equal(applications.alice?.version, "1.2.3");
    assert.equal(applications.alice?.["application-status"]?.message, "1 planned");
    const known = await untilReports("alice/0", "its own news", ({ events }) =>
      events.includes("ring_relation_changed"),
    );
    assert.deepEqual(known.settings, {
      ...{ word: "hello", count: 3, ratio: 1, loud: false, hold: false },
      ...{ optional: null, token: null },
    });
    assert.deepEqual(known.events, [
      ...["data_storage_attached", "install", "leader_elected", "config_changed", "start"],
      "ring_relation_changed", // a leader hears of what it has set for its peers, as in Juju
    ]);
    assert.deepEqual(known.ports, ["/icmp", "53/udp", "8003/tcp"]);
    assert.equal(known.tool, "a hammer");
    assert.deepEqual(known.notes, ["alice/0"]);
    assert.equal(known.leader, true);
    assert.match(known.address, /^127\./);
  });

  await t.test("the data of peers, and how many are planned", async () => {
    await scratch.jumar("add-unit alice");
    await untilActive("alice/1", "hello");
    const both = { planned: 2, ring: "hello", leader: false };
    const known = await untilReports(
      "alice/1",
      "its peer",
      (now) => now.peers["alice/0"] === "hello",
    );
    const { planned, ring, leader } = known;
    assert.deepEqual({ planned, ring, leader }, both);
  });

  await t.test(
    "actions: parameters, progress, failure, and what their schema refuses",
    async () => {
      const task = await runAction(scratch, "alice/0", "greet", "name=Ada", "times=2");
      assert.equal(task.status, "completed");
      assert.deepEqual(task.results.greeting, { text: "hello Ada" });
      assert.equal(task.log?.length, 2);
      const failed = await runAction(scratch, "alice/0", "break");
      assert.deepEqual([failed.status, failed.message], ["failed", "as it was asked to"]);
      const refused = await scratch.run(["run", "alice/0", "greet", "name=Ada", "times=0"]);
      assert.notEqual(refused.status, 0);
      assert.match(refused.stderr, /validation failed/);
    },
  );

  await t.test(
    "a secret of one application is read by another, and its new revision too",
    async () => {
      await scratch.jumar(`deploy ${workbench} bob --resource tool=${tool}`);
      await untilActive("bob/0", "hello");
      await scratch.jumar("integrate alice:backend bob:frontend");
      await untilReports("bob/0", "the key", ({ key }) => key === "first");
      await untilReports("alice/0", "that bob got it", ({ got }) => got?.["bob/0"] === "yes");
      const { results } = await runAction(scratch, "alice/0", "renew");
      assert.equal(results.revision, "2");
      const known = await untilReports("bob/0", "the new key", ({ key }) => key === "second");
      assert.ok(known.events.includes("secret_changed"));
      await untilReports("alice/0", "that nobody reads the old key", ({ events }) =>
        events.includes("secret_remove"),
      );
    },
  );

  await t.test(
    "events that were put off come again, and a user's secret is a setting",
    async () => {
      await scratch.jumar("config bob hold=true");
      await untilReports("bob/0", "that news wait", (known) => known["put-off"] > 0);
      await scratch.jumar("config bob hold=false word=later");
      await untilActive("bob/0", "later");
      const uri = (await scratch.jumar("add-secret token user=ada")).trim();
      await scratch.jumar("grant-secret token bob");
      await scratch.jumar(`config bob token=${uri}`);
      await untilReports("bob/0", "the user's secret", ({ token }) => token?.user === "ada");
    },
  );

  await t.test("storage grows, and a new resource upgrades the charm", async () => {
    await runAction(scratch, "bob/0", "grow");
    await untilReports("bob/0", "two caches", ({ caches }) => caches.length === 2);
    await writeFile(tool, "a saw");
    await scratch.jumar(`attach-resource bob tool=${tool}`);
    const known = await untilReports("bob/0", "the new tool", (now) => now.tool === "a saw");
    assert.ok(known.events.includes("upgrade_charm"));
  });

  await t.test("a relation that ends, and units that go", async () => {
    await scratch.jumar("remove-relation alice bob");
    await untilReports("bob/0", "that it is alone", ({ events }) =>
      events.includes("frontend_relation_broken"),
    );
    await scratch.jumar("remove-application alice bob --destroy-storage --no-prompt");
    await scratch.until("both are gone", async () => {
      const { applications } = await scratch.status();
      return Object.keys(applications).length === 0;
    });
    await rm(workbench, { recursive: true });
  });
});
