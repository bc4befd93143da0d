import assert from "node:assert/strict";
import { test } from "node:test";
import { suiteOnEachStore } from "../testing.ts";
import * as sequence from "./sequence.ts";

suiteOnEachStore("sequences", (openStore) => {
  test("a number is given once, and each model and name counts for itself", async () => {
    await using store = await openStore();
    const take = (model: string, name: string) =>
      store.write(model, (tx) => sequence.take(tx, name));

    assert.deepEqual(
      [
        await take("prod", "machine"),
        await take("prod", "machine"),
        await take("prod", "relation"),
        await take("staging", "machine"),
        await take("prod", "machine"),
      ],
      [0, 1, 0, 0, 2],
    );
    assert.deepEqual(
      await store.read("prod", sequence.list),
      new Map([
        ["machine", 3],
        ["relation", 1],
      ]),
    );
  });

  test("a number that was taken in vain is given again", async () => {
    await using store = await openStore();
    await assert.rejects(
      store.write("prod", async (tx) => {
        await sequence.take(tx, "machine");
        throw new Error("no room");
      }),
      { message: "no room" },
    );

    assert.equal(await store.write("prod", (tx) => sequence.take(tx, "machine")), 0);
  });
});
