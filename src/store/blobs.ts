/**
 * Blobs: charms and agent binaries, each known by the SHA-256 of its bytes.
 *
 * A blob lives in the database, in chunks of bounded size, so that both engines, backups and
 * several controllers need nothing else. Its chunks are written first and its row last, each in a
 * transaction of its own: who sees the row sees all the bytes. Chunks without a row are what a
 * crash left of an upload, and are cleared when they are old.
 */
import { createHash, randomUUID } from "node:crypto";
import type { Kysely } from "kysely";
import { Problem } from "#base/problem.ts";
import type { Migration } from "./database.ts";
import type { Store } from "./store.ts";

const chunkBytes = 1024 * 1024;
const abandonedAfter = Temporal.Duration.from({ hours: 24 });

/** Blobs belong to no model; their transactions run under this name. */
const scope = "";

export interface Blob {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly size: number;
}

interface BlobTable extends Blob {
  readonly upload: string;
  /** When it was last stored. */
  readonly stored: string;
}

interface BlobChunkTable {
  readonly upload: string;
  readonly seq: number;
  readonly started: string;
  readonly bytes: Uint8Array;
}

declare module "./database.ts" {
  interface Database {
    readonly blob: BlobTable;
    readonly blob_chunk: BlobChunkTable;
  }
}

export interface Upload {
  readonly bytesMax: number;
  readonly now: Temporal.Instant;
}

/**
 * Stores the bytes and says what they are known by; storing the same bytes again is harmless.
 * Throws `quota limit exceeded` when there are more than `bytesMax` of them.
 */
export async function put(
  store: Store,
  content: AsyncIterable<Uint8Array>,
  { bytesMax, now }: Upload,
): Promise<Blob> {
  const upload = randomUUID();
  const started = now.toString();
  const hash = createHash("sha256");
  let size = 0;
  let seq = 0;
  for await (const bytes of inChunks(content)) {
    size += bytes.length;
    if (size > bytesMax) {
      await dropUpload(store, upload);
      throw new Problem("quota limit exceeded", `upload is larger than ${bytesMax} bytes`);
    }
    hash.update(bytes);
    const row = { upload, seq: seq++, started, bytes };
    await store.write(scope, (tx) => tx.insertInto("blob_chunk").values(row).execute());
  }
  const blob = { sha256: hash.digest("hex"), size };
  const isNew = await store.write(scope, async (tx) => {
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto("blob")
      .values({ ...blob, upload, stored: started })
      .onConflict((conflict) => conflict.column("sha256").doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows) return true;
    const again = tx.updateTable("blob").set({ stored: started });
    await again.where("sha256", "=", blob.sha256).execute();
    return false;
  });
  if (!isNew) await dropUpload(store, upload);
  return blob;
}

/** The blob's bytes, chunk by chunk. Throws `not found` when there is no such blob. */
export async function* read(store: Store, sha256: string): AsyncGenerator<Uint8Array> {
  const row = await store.read(scope, (tx) =>
    tx.selectFrom("blob").selectAll().where("sha256", "=", sha256).executeTakeFirst(),
  );
  if (row === undefined) throw new Problem("not found", `blob ${sha256} not found`);
  const count = Math.ceil(row.size / chunkBytes);
  for (let seq = 0; seq < count; seq++) {
    const chunk = await store.read(scope, (tx) =>
      tx
        .selectFrom("blob_chunk")
        .select("bytes")
        .where("upload", "=", row.upload)
        .where("seq", "=", seq)
        .executeTakeFirst(),
    );
    if (chunk === undefined) throw new Problem("not found", `blob ${sha256} was removed meanwhile`);
    yield chunk.bytes;
  }
}

/** Clears what uploads that never ended have left, once they are a day old. */
export async function clearAbandoned(store: Store, now: Temporal.Instant): Promise<void> {
  const before = now.subtract(abandonedAfter).toString();
  await store.write(scope, (tx) =>
    tx
      .deleteFrom("blob_chunk")
      .where("started", "<", before)
      .where("upload", "not in", tx.selectFrom("blob").select("upload"))
      .execute(),
  );
}

/**
 * Removes the blobs that are not among those referenced, once they are a day old; a younger one may
 * have been stored for something that is about to refer to it.
 */
export async function removeUnreferenced(
  store: Store,
  referenced: ReadonlySet<string>,
  now: Temporal.Instant,
): Promise<void> {
  const before = now.subtract(abandonedAfter).toString();
  const rows = await store.read(scope, (tx) =>
    tx.selectFrom("blob").select("sha256").where("stored", "<", before).execute(),
  );
  for (const { sha256 } of rows) {
    if (!referenced.has(sha256)) await removeOld(store, sha256, before);
  }
}

/** Removes the blob's bytes, unless it was stored again meanwhile. */
async function removeOld(store: Store, sha256: string, before: string): Promise<void> {
  await store.write(scope, async (tx) => {
    const row = await tx
      .deleteFrom("blob")
      .where("sha256", "=", sha256)
      .where("stored", "<", before)
      .returning("upload")
      .executeTakeFirst();
    if (row) await tx.deleteFrom("blob_chunk").where("upload", "=", row.upload).execute();
  });
}

async function dropUpload(store: Store, upload: string): Promise<void> {
  await store.write(scope, (tx) =>
    tx.deleteFrom("blob_chunk").where("upload", "=", upload).execute(),
  );
}

/** The same bytes in pieces of `chunkBytes`; only the last may be smaller. */
async function* inChunks(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let chunk = new Uint8Array(chunkBytes);
  let used = 0;
  for await (const bytes of content) {
    let rest = bytes;
    while (rest.length > 0) {
      const taken = rest.subarray(0, chunkBytes - used);
      chunk.set(taken, used);
      used += taken.length;
      rest = rest.subarray(taken.length);
      if (used < chunkBytes) continue;
      yield chunk;
      chunk = new Uint8Array(chunkBytes);
      used = 0;
    }
  }
  if (used > 0) yield chunk.subarray(0, used);
}

export const blobMigration: Migration = {
  name: "2026-11-01-blob",
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable("blob")
      .addColumn("sha256", "text", (column) => column.primaryKey())
      .addColumn("size", "bigint", (column) => column.notNull())
      .addColumn("upload", "text", (column) => column.notNull())
      .addColumn("stored", "text", (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("blob_chunk")
      .addColumn("upload", "text", (column) => column.notNull())
      .addColumn("seq", "integer", (column) => column.notNull())
      .addColumn("started", "text", (column) => column.notNull())
      .addColumn("bytes", "bytea", (column) => column.notNull())
      .addPrimaryKeyConstraint("blob_chunk_key", ["upload", "seq"])
      .execute();
  },
};
