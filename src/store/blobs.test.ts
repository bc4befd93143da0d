import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { isProblem } from "#base/problem.ts";
import { blobMigration, clearAbandoned, put, read, removeUnreferenced } from "./blobs.ts";
import { changeMigration } from "./changes.ts";
import { Store } from "./store.ts";
import { suiteOnEachEngine } from "./testing.ts";

const tables = [changeMigration, blobMigration];
const now = Temporal.Instant.from("2026-01-01T00:00:00Z");
const large = Buffer.alloc(2_500_000, "abcdefghi");

suiteOnEachEngine("blobs", (newDatabase) => {
  async function open(): Promise<Store> {
    const openEngine = await newDatabase();
    return Store.open(openEngine(), tables);
  }

  test("what is stored comes back byte for byte, and is known by its digest", async () => {
    await using store = await open();

    const blob = await put(store, pieces(large, 300_000), { bytesMax: 3_000_000, now });

    const sha256 = createHash("sha256").update(large).digest("hex");
    assert.deepEqual(blob, { sha256, size: large.length });
    assert.equal(Buffer.compare(await collect(read(store, sha256)), large), 0);
  });

  test("the same bytes are kept once, and empty ones are bytes as well", async () => {
    await using store = await open();
    const upload = { bytesMax: 10, now };

    const first = await put(store, pieces(Buffer.from("same"), 2), upload);
    const second = await put(store, pieces(Buffer.from("same"), 3), upload);
    const empty = await put(store, pieces(Buffer.alloc(0), 1), upload);

    assert.deepEqual(first, second);
    assert.equal(await countChunks(store), 1);
    assert.equal((await collect(read(store, empty.sha256))).length, 0);
  });

  test("an upload that is too large is refused and leaves nothing", async () => {
    await using store = await open();

    await assert.rejects(put(store, pieces(large, 1_000_000), { bytesMax: 2_000_000, now }), {
      code: "quota limit exceeded",
      message: "upload is larger than 2000000 bytes",
    });
    assert.equal(await countChunks(store), 0);
  });

  test("what an upload that never ended has left is cleared after a day", async () => {
    await using store = await open();
    await put(store, pieces(Buffer.from("kept"), 4), { bytesMax: 10, now });
    await assert.rejects(put(store, cutShort(), { bytesMax: 9_000_000, now }), /line is cut/);
    assert.equal(await countChunks(store), 2);

    await clearAbandoned(store, now.add({ hours: 23 }));
    assert.equal(await countChunks(store), 2);
    await clearAbandoned(store, now.add({ hours: 25 }));
    assert.equal(await countChunks(store), 1);
  });

  test("a blob that nothing refers to goes after a day, unless it was stored again", async () => {
    await using store = await open();
    const storeAt = (text: string, at: Temporal.Instant) =>
      put(store, pieces(Buffer.from(text), 1), { bytesMax: 10, now: at });
    const { sha256: used } = await storeAt("used", now);
    const { sha256: unused } = await storeAt("unused", now);
    const { sha256: again } = await storeAt("again", now);
    await storeAt("again", now.add({ hours: 20 }));

    await removeUnreferenced(store, new Set([used]), now.add({ hours: 25 }));

    await assert.rejects(collect(read(store, unused)), { code: "not found" });
    assert.equal((await collect(read(store, used))).toString(), "used");
    assert.equal((await collect(read(store, again))).toString(), "again");
  });

  test("a blob that is stored again while old ones are being removed stays", async () => {
    await using store = await open();
    const { sha256 } = await put(store, pieces(Buffer.from("x"), 1), { bytesMax: 10, now });
    const later = now.add({ hours: 25 });
    const storing: Promise<unknown>[] = [];
    const stored = { stored: later.toString() };
    class Referenced extends Set<string> {
      override has(): boolean {
        storing.push(store.write("", (tx) => tx.updateTable("blob").set(stored).execute()));
        return false;
      }
    }

    await removeUnreferenced(store, new Referenced(), later);
    await Promise.all(storing);

    assert.equal(storing.length, 1);
    assert.equal((await collect(read(store, sha256))).toString(), "x");
  });

  test("a blob that was removed is not found, and nothing is left of it", async () => {
    await using store = await open();
    const { sha256 } = await put(store, pieces(Buffer.from("x"), 1), { bytesMax: 10, now });

    await removeUnreferenced(store, new Set(), now.add({ hours: 25 }));

    await assert.rejects(collect(read(store, sha256)), (error) => isProblem(error, "not found"));
    assert.equal(await countChunks(store), 0);
  });
});

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function* cutShort(): AsyncGenerator<Uint8Array> {
  yield large.subarray(0, 1_500_000);
  throw new Error("the line is cut");
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunks));
}

async function countChunks(store: Store): Promise<number> {
  const rows = await store.read("", (tx) => tx.selectFrom("blob_chunk").select("seq").execute());
  return rows.length;
}
