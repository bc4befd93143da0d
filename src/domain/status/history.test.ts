import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { end, trim } from "../ledger.ts";
import { withDefaults } from "../model/config.ts";
import { after, now, suiteOnEachStore } from "../testing.ts";
import * as history from "./history.ts";
import * as status from "./status.ts";

const entity = status.entities.workload("mysql/0");
const agent = status.entities.unitAgent("mysql/0");
const everything = { size: undefined, from: undefined, exclude: [] };
const bounds = { bytesMax: 1024 ** 2, ageMax: Temporal.Duration.from({ hours: 1 }) };

/** Has the workload say it, or the agent; the message begins with who that is. */
function say(store: Store, message: string, seconds: number): Promise<void> {
  const said = { entity: message.startsWith("agent") ? agent : entity, status: "active", message };
  return store.write("prod", (tx) => status.set(tx, { ...said, now: after(seconds) }));
}

async function messages(store: Store, asked: Partial<history.Asked> = {}): Promise<string[]> {
  const found = await store.read("prod", (tx) =>
    history.list(tx, { ...everything, entities: [entity, agent], ...asked }),
  );
  return found.map(({ message }) => message);
}

suiteOnEachStore("the history of statuses", (openStore) => {
  test("it has each status once, the oldest first, however often it was said", async () => {
    await using store = await openStore();
    for (const [seconds, said] of ["a", "a", "b", "b", "a"].entries()) {
      await say(store, said, seconds);
    }
    const data = { hook: "install" };
    await store.write("prod", (tx) =>
      status.set(tx, { entity: agent, status: "error", data, now: after(9) }),
    );

    const found = await store.read("prod", (tx) =>
      history.list(tx, { ...everything, entities: [entity, agent] }),
    );
    const said = { entity, status: "active", data: {} };
    assert.deepEqual(
      found.map(({ since, ...rest }) => ({ ...rest, since: `${since}` })),
      [
        { ...said, message: "a", since: `${after(0)}` },
        { ...said, message: "b", since: `${after(2)}` },
        { ...said, message: "a", since: `${after(4)}` },
        { entity: agent, status: "error", message: "", data, since: `${after(9)}` },
      ],
    );
  });

  test("of it are shown the newest, those since a moment, those of an entity, those not excluded", async () => {
    await using store = await openStore();
    for (const [seconds, said] of ["a", "b", "c"].entries()) await say(store, said, seconds);
    await say(store, "agent", 3);

    assert.deepEqual(await messages(store, { size: 2 }), ["c", "agent"]);
    assert.deepEqual(await messages(store, { from: after(1) }), ["b", "c", "agent"]);
    assert.deepEqual(await messages(store, { entities: [agent] }), ["agent"]);
    assert.deepEqual(await messages(store, { exclude: ["b", "agent"], size: 2 }), ["a", "c"]);
  });

  test("a transaction that fails leaves neither a status nor its history", async () => {
    await using store = await openStore();
    const failing = store.write("prod", async (tx) => {
      await status.set(tx, { entity, status: "active", now });
      throw new Error("no");
    });
    await assert.rejects(failing, { message: "no" });
    assert.deepEqual(await messages(store), []);
  });

  test("what goes takes its history along", async () => {
    await using store = await openStore();
    await say(store, "a", 0);
    await say(store, "agent", 1);
    await store.write("prod", (tx) => status.remove(tx, [entity]));

    assert.deepEqual(await messages(store), ["agent"]);
  });

  test("what is too old or too much goes, the oldest first, and the last one stays", async () => {
    await using store = await openStore();
    for (const [seconds, said] of ["a", "b", "c", "d"].entries()) await say(store, said, seconds);
    const trimBy = (given: Partial<Parameters<typeof trim>[2]>) =>
      store.write("prod", (tx) => trim(tx, "status_history", { ...bounds, now, ...given }));

    assert.equal(await trimBy({}), 0);
    assert.equal(await trimBy({ now: after(3601) }), 1);
    assert.deepEqual(await messages(store), ["b", "c", "d"]);

    const { total } = await store.read("prod", (tx) => end(tx, "status_history"));
    assert.equal(await trimBy({ bytesMax: total / 2 }), 1);
    assert.deepEqual(await messages(store), ["c", "d"]);

    assert.equal(await trimBy({ bytesMax: 0, now: after(99_999) }), 1);
    assert.deepEqual(await messages(store), ["d"]);
    await say(store, "e", 5);
    assert.equal((await store.read("prod", (tx) => end(tx, "status_history"))).seq, 5);
  });

  test("the settings of the model say how much of it is kept", () => {
    const set = { "max-status-history-age": "2h", "max-status-history-size": "2M" };
    assert.deepEqual(history.boundsOf(withDefaults(set)), {
      bytesMax: 2 * 1024 * 1024,
      ageMax: Temporal.Duration.from({ hours: 2 }),
    });
  });
});
