/** Write transactions on both engines, against durable inserts without anything around them. */
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { systemClock } from "#base/clock.ts";
import { migrations } from "#domain/schema.ts";
import * as status from "#domain/status/status.ts";
import type { Engine } from "#store/engine.ts";
import { openPostgres } from "#store/postgres.ts";
import { openSqlite } from "#store/sqlite.ts";
import { Store } from "#store/store.ts";
import { startPostgres } from "../../scripts/postgres.ts";
import { type Figure, type Measure, timeInTurns } from "../measure.ts";

const rounds = 300;
const model = "10000000-0000-4000-8000-000000000000";
const entity = status.entities.unitAgent("mysql/0");
const table = "CREATE TABLE bare (id INTEGER PRIMARY KEY, text TEXT NOT NULL)";
const text = "a line that is about as long as what a status says";
/** What was set takes effect a moment later. */
const settleMs = 500;

export const writes: Measure = {
  title: "write transactions",
  run: async () => [await onSqlite(), ...(await onPostgres())],
};

async function onSqlite(): Promise<Figure> {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-bench-"));
  using bare = new DatabaseSync(join(folder.path, "bare.db"));
  bare.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${table}`);
  const insert = bare.prepare("INSERT INTO bare (text) VALUES (?)");
  const times = await compare(openSqlite(join(folder.path, "jumar.db")), () => insert.run(text));
  return { name: "write transaction / raw insert (SQLite)", unit: "ms", ...times };
}

async function onPostgres(): Promise<readonly Figure[]> {
  await using cluster = await startPostgres();
  if (cluster === undefined) {
    process.stderr.write("No PostgreSQL server is installed here: its figure is SKIPPED.\n");
    return [];
  }
  await using scope = new AsyncDisposableStack();
  const bare = new Client({ connectionString: cluster.url });
  await bare.connect();
  scope.defer(() => bare.end());
  await bare.query("ALTER SYSTEM SET fsync = on");
  await bare.query("SELECT pg_reload_conf()");
  await sleep(settleMs);
  await bare.query(table.replace("INTEGER", "SERIAL"));
  const insert = { name: "insert", text: "INSERT INTO bare (text) VALUES ($1)", values: [text] };
  const times = await compare(openPostgres(cluster.url, systemClock), () => bare.query(insert));
  return [{ name: "write transaction / raw insert (PostgreSQL)", unit: "ms", ...times }];
}

/** A status that is set is what agents write most. */
async function compare(engine: Engine, insert: () => unknown) {
  await using store = await Store.open(engine, migrations);
  const now = systemClock.now();
  let written = 0;
  const write = () =>
    store.write(model, (tx) =>
      status.set(tx, { entity, status: "idle", message: `${text} ${written++}`, now }),
    );
  return await timeInTurns(rounds, write, insert);
}
