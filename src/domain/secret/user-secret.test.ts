import assert from "node:assert/strict";
import { test } from "node:test";
import { newModel, now, suiteOnEachStore } from "../testing.ts";
import { contentOf } from "./testing.ts";
import * as userSecret from "./user-secret.ts";

const rowsAtOnce = 1000;
const everything = { id: undefined, label: undefined, owner: undefined };

suiteOnEachStore("secrets that users list", (openStore) => {
  test("more of them than are listed at a time are refused, and one of them is found all the same", async () => {
    await using store = await openStore();
    await newModel(store, "prod");
    const id = "cq7f3sel9q2c73d1v2b0";
    const list = (filter: Partial<userSecret.Filter>) =>
      store.read("prod", (tx) => userSecret.list(tx, { ...everything, ...filter }));
    await store.write("prod", async (tx) => {
      const added = { id, name: "db", description: "", content: contentOf("one"), now };
      await userSecret.add(tx, added);
      const { model, ...row } = await tx.selectFrom("secret").selectAll().executeTakeFirstOrThrow();
      for (let first = 1; first <= userSecret.listedMax; first += rowsAtOnce) {
        const names = Array.from({ length: rowsAtOnce }, (_, place) => `${first + place}`);
        const rows = names.map((name) => ({ ...row, model, id: `of ${name}`, label: name }));
        await tx.insertInto("secret").values(rows).execute();
      }
    });
    await assert.rejects(list({}), {
      code: "quota limit exceeded",
      message:
        "there are more secrets than the 5000 that are listed at a time: name an owner, or a secret",
    });
    assert.deepEqual(
      (await list({ label: "db" })).map((each) => each.id),
      [id],
    );
    assert.deepEqual(
      (await list({ id })).map((each) => each.label),
      ["db"],
    );
  });
});
