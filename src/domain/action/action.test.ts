import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import * as leadership from "../leadership/leadership.ts";
import * as model from "../model/model.ts";
import { destroyUnit } from "../removal/removal.ts";
import { after, deployApp, newModel, now, suiteOnEachStore, toExec } from "../testing.ts";
import { enqueue, type Wish } from "./enqueue.ts";
import * as messages from "./messages.ts";
import * as operation from "./operation.ts";
import * as task from "./task.ts";
import { giveUpOrphans } from "./undertaking.ts";
import * as work from "./work.ts";

const actions =
  "backup: {params: {count: {type: integer, default: 3}}, parallel: true, execution-group: g}";
const mysql = { kind: "unit", name: "mysql/0" } as const;
const everything: operation.Query = {
  ...{ receivers: [], applications: [], actions: [], statuses: [] },
  ...{ offset: 0, limit: 10 },
};

function toBackup(target: Wish["target"], change: Partial<Wish> = {}): Wish {
  const rest = { parallel: undefined, executionGroup: undefined };
  return { target, name: "backup", parameters: {}, ...rest, ...change };
}

async function ask(store: Store, ...wishes: readonly Wish[]) {
  return await store.write("prod", (tx) => enqueue(tx, wishes, now));
}

/** What became of the wishes: the task's id, or why there is none. */
async function outcomes(store: Store, ...wishes: readonly Wish[]) {
  const { results } = await ask(store, ...wishes);
  return results.map((each) => ("code" in each ? `${each.code}: ${each.message}` : each.id));
}

async function statusOf(store: Store, id: number) {
  return (await store.read("prod", (tx) => operation.get(tx, id))).status;
}

suiteOnEachStore("actions", (openStore) => {
  async function open(): Promise<Store> {
    const store = await openStore();
    await newModel(store);
    await deployApp(store, "prod", { name: "mysql", units: 2, actions });
    return store;
  }

  test("an operation and its tasks are counted together from 1 on, and begin as pending", async () => {
    await using store = await open();
    const { operation: id, results } = await ask(
      store,
      toBackup(mysql),
      toBackup({ kind: "unit", name: "mysql/1" }, { parallel: false, executionGroup: "" }),
    );
    const rest = { parameters: { count: 3 }, status: "pending", message: "", output: {} };
    const common = { operation: 1, name: "backup", enqueued: now.toString(), ...rest };
    const times = { started: "", completed: "" };
    assert.equal(id, 1);
    assert.deepEqual(results, [
      { ...common, ...times, id: 2, receiver: mysql, parallel: true, executionGroup: "g" },
      {
        ...{ ...common, ...times, id: 3, receiver: { kind: "unit", name: "mysql/1" } },
        ...{ parallel: false, executionGroup: "" },
      },
    ]);
    assert.deepEqual(await store.read("prod", (tx) => operation.get(tx, 1)), {
      ...{ id: 1, summary: "backup run on unit-mysql-0,unit-mysql-1", fail: "", status: "pending" },
      ...{ enqueued: now.toString(), started: "", completed: "" },
    });
  });

  test("who cannot do it does not keep the others from it, and the operation says why", async () => {
    await using store = await open();
    const wrong = { parameters: { count: "x" } };
    assert.deepEqual(
      await outcomes(
        store,
        toBackup({ kind: "unit", name: "mysql/7" }),
        toBackup(mysql, { name: "dance" }),
        toBackup(mysql, wrong),
        toBackup({ kind: "machine", name: "0" }),
        toBackup({ kind: "leader", name: "mysql" }),
        toBackup({ kind: "leader", name: "oracle" }),
        toBackup(mysql),
      ),
      [
        'not found: unit "mysql/7" not found',
        'not found: action "dance" not defined on unit "mysql/0"',
        "not valid: validation failed: parameters.count must be integer",
        'not valid: action "backup" is for units, not for machine 0',
        'not found: could not determine leader for "mysql"',
        'not found: application "oracle" not found',
        2,
      ],
    );
    await store.write("prod", (tx) => work.begin(tx, { id: 2, receiver: mysql, now }));
    await finish(store, 2, { status: "completed" });
    assert.equal(await statusOf(store, 1), "error");
  });

  test("where nobody can do it the operation has failed at once", async () => {
    await using store = await open();
    await ask(store, toBackup({ kind: "unit", name: "mysql/7" }));
    const { status, fail, completed } = await store.read("prod", (tx) => operation.get(tx, 1));
    assert.deepEqual(
      [status, fail, completed],
      ["error", 'unit "mysql/7" not found', now.toString()],
    );
  });

  test("a leader is whoever leads when it is asked for", async () => {
    await using store = await open();
    const claim = { application: "mysql", unit: "mysql/1", seconds: 30, now };
    await store.write("prod", (tx) => leadership.claim(tx, claim));
    const { results } = await ask(store, toBackup({ kind: "leader", name: "mysql" }));
    const [first] = results;
    assert.deepEqual(first && "receiver" in first && first.receiver.name, "mysql/1");
  });

  test("a receiver has so many tasks to do, and no more", async () => {
    await using store = await open();
    const many = (count: number) => Array.from({ length: count }, () => toExec("mysql/0"));
    await ask(store, ...many(999));
    const [last, refused, other] = await outcomes(store, ...many(2), toExec("mysql/1"));
    assert.equal(refused, "quota limit exceeded: unit mysql/0 has 1000 tasks to do already");
    assert.deepEqual([typeof last, typeof other], ["number", "number"]);
    await assert.rejects(ask(store, ...many(1001)), {
      message: "1001 tasks are more than the 1000 of one operation",
    });
  });

  test("a task begins and ends once, however often that is said, and only for its receiver", async () => {
    await using store = await open();
    await ask(store, toBackup(mysql));
    const begin = (seconds: number) =>
      store.write("prod", (tx) => work.begin(tx, { id: 2, receiver: mysql, now: after(seconds) }));
    assert.equal((await begin(1)).parameters.count, 3);
    assert.equal((await begin(2)).started, after(1).toString());
    assert.equal(await statusOf(store, 1), "running");
    const other = { id: 2, receiver: { kind: "unit", name: "mysql/1" } as const, now };
    await assert.rejects(
      store.write("prod", (tx) => work.begin(tx, other)),
      {
        message: 'task "2" not found',
      },
    );
    await finish(store, 2, { status: "failed", seconds: 3 });
    await finish(store, 2, { status: "completed", seconds: 4 });
    const found = await store.read("prod", (tx) => task.get(tx, 2));
    assert.deepEqual([found.status, found.completed], ["failed", after(3).toString()]);
    await assert.rejects(begin(5), { message: 'task "2" is not to run: it is failed' });
    const whole = await store.read("prod", (tx) => operation.get(tx, 1));
    const { status, started, completed } = whole;
    assert.deepEqual([status, started, completed], ["failed", `${after(1)}`, `${after(3)}`]);
  });

  test("what has not begun is cancelled, what runs is to be aborted, and what is over stays", async () => {
    await using store = await open();
    await ask(store, toBackup(mysql), toBackup(mysql), toBackup(mysql));
    await store.write("prod", (tx) => work.begin(tx, { id: 3, receiver: mysql, now }));
    const cancel = (id: number) =>
      store.write("prod", async (tx) => (await work.cancel(tx, { id, by: "jane", now })).status);
    assert.deepEqual([await cancel(2), await cancel(3)], ["cancelled", "aborting"]);
    await finish(store, 3, { status: "aborted" });
    assert.deepEqual([await cancel(2), await cancel(3)], ["cancelled", "aborted"]);
    await assert.rejects(cancel(9), { code: "not found" });
    const told = await store.read("prod", (tx) => task.listTold(tx, mysql));
    assert.deepEqual(
      told.map(({ id }) => id),
      [4],
    );
  });

  test("an operation is as far as its tasks, and ends as the worst of them", async () => {
    await using store = await open();
    await ask(store, toBackup(mysql), toBackup(mysql), toBackup(mysql));
    const seen = [await statusOf(store, 1)];
    for (const [id, status] of [
      [2, "completed"],
      [3, "failed"],
      [4, "aborted"],
    ] as const) {
      await store.write("prod", (tx) => work.begin(tx, { id, receiver: mysql, now }));
      seen.push(await statusOf(store, 1));
      await finish(store, id, { status });
      seen.push(await statusOf(store, 1));
    }
    const running = Array.from({ length: 5 }, () => "running");
    assert.deepEqual(seen, ["pending", ...running, "failed"]);
  });

  test("what a task says is kept in order while it runs, up to a bound", async () => {
    await using store = await open();
    await ask(store, toBackup(mysql));
    const say = (message: string) =>
      store.write("prod", (tx) => work.log(tx, { id: 2, receiver: mysql, message, now }));
    await assert.rejects(say("too early"), { message: 'task "2" does not run: it is pending' });
    await store.write("prod", (tx) => work.begin(tx, { id: 2, receiver: mysql, now }));
    await store.write("prod", async (tx) => {
      for (let count = 1; count <= 1002; count++) {
        await messages.add(tx, { id: 2, message: `step ${count}`, now });
      }
    });
    const said = (await store.read("prod", (tx) => messages.listOf(tx, [2]))).get(2) ?? [];
    assert.deepEqual(
      [said.length, said[0]?.message, said.at(-1)?.message],
      [1000, "step 1", "step 1000"],
    );
    const later = await store.read("prod", (tx) => messages.listOf(tx, [2], 998));
    assert.deepEqual(
      later.get(2)?.map(({ number }) => number),
      [999, 1000],
    );
  });

  test("tasks of who is gone are over, so that nobody waits for them", async () => {
    await using store = await open();
    await ask(store, toBackup(mysql), toBackup(mysql), toExec("mysql/1"));
    await store.write("prod", (tx) => work.begin(tx, { id: 2, receiver: mysql, now }));
    await store.write("prod", (tx) => destroyUnit(tx, "mysql/0", { isForced: true }));
    await store.write("prod", (tx) => giveUpOrphans(tx, now));
    const tasks = await store.read("prod", (tx) => task.listOf(tx, [1]));
    const gone = "unit mysql/0 has been removed";
    assert.deepEqual(
      tasks.map(({ status, message }) => [status, message]),
      [
        ["failed", gone],
        ["cancelled", gone],
        ["pending", ""],
      ],
    );
  });

  test("operations are found by who, what and how, newest first, a page at a time", async () => {
    await using store = await open();
    await ask(store, toBackup(mysql));
    await ask(store, toExec("mysql/1"));
    await ask(store, { ...toExec("mysql/0"), target: { kind: "machine", name: "0" } });
    const idsOf = async (query: Partial<operation.Query>) => {
      const all = { ...everything, ...query };
      const { operations, isTruncated } = await store.read("prod", (tx) => operation.list(tx, all));
      return [...operations.map(({ id }) => id), ...(isTruncated ? ["more"] : [])];
    };
    assert.deepEqual(await idsOf({}), [5, 3, 1]);
    assert.deepEqual(await idsOf({ limit: 2 }), [5, 3, "more"]);
    assert.deepEqual(await idsOf({ limit: 2, offset: 2 }), [1]);
    assert.deepEqual(await idsOf({ receivers: [mysql] }), [1]);
    assert.deepEqual(await idsOf({ receivers: [{ kind: "machine", name: "0" }] }), [5]);
    assert.deepEqual(await idsOf({ applications: ["mysql"] }), [3, 1]);
    assert.deepEqual(await idsOf({ actions: ["backup"], statuses: ["pending"] }), [1]);
    assert.deepEqual(await idsOf({ statuses: ["failed"] }), []);
  });

  test("operations of long ago are forgotten with their tasks, and what is not over never is", async () => {
    await using store = await open();
    await ask(store, toBackup(mysql));
    await ask(store, toExec("mysql/1"));
    await store.write("prod", (tx) => work.begin(tx, { id: 2, receiver: mysql, now }));
    await finish(store, 2, { status: "completed" });
    const prune = (hours: number) =>
      store.write("prod", (tx) => operation.prune(tx, now.add({ hours })));
    await prune(336);
    assert.equal(await statusOf(store, 1), "completed");
    const set = { "max-action-results-age": "48h" };
    await store.write("prod", (tx) => model.changeSettings(tx, { set }));
    await prune(48);
    assert.equal(await statusOf(store, 1), "completed");
    await prune(49);
    await assert.rejects(statusOf(store, 1), { code: "not found" });
    await assert.rejects(
      store.read("prod", (tx) => task.get(tx, 2)),
      { code: "not found" },
    );
    assert.equal(await statusOf(store, 3), "pending");
  });
});

async function finish(
  store: Store,
  id: number,
  { status, seconds = 0 }: { readonly status: string; readonly seconds?: number },
): Promise<void> {
  const ending = { id, receiver: mysql, status, message: "", output: {}, now: after(seconds) };
  await store.write("prod", (tx) => work.finish(tx, ending));
}
