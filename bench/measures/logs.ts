/**
 * A line that an agent logs, and a batch of lines that the controller takes: for how long each holds up
 * whoever comes next, against the same lines without anything around them.
 */
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ShippedLogs } from "#agent/log/machine-logs.ts";
import { systemClock } from "#base/clock.ts";
import { fileSink, logOn, logTo } from "#base/log.ts";
import * as log from "#domain/log/log.ts";
import { migrations } from "#domain/schema.ts";
import { openSqlite } from "#store/sqlite.ts";
import { Store } from "#store/store.ts";
import { type Figure, type Measure, timeInTurns } from "../measure.ts";

const rounds = 50;
const batch = 500;
const linesPerRound = 1000;
const message = "a line that is about as long as what a charm says when it has something to say";

export const logs: Measure = {
  title: "logs",
  async run() {
    await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-bench-"));
    return [await logLines(folder.path), await takeBatches(folder.path)];
  },
};

async function logLines(folder: string): Promise<Figure> {
  await using logs = ShippedLogs.open(join(folder, "spool"));
  const ours = logOn(logs.sinkOf("unit-mysql-0", join(folder, "ours.log")), systemClock, "unit");
  const bare = logTo(fileSink(join(folder, "bare.log")), systemClock, "unit");
  const times = await timeInTurns(
    rounds,
    () => writeAll(() => ours.write("INFO", message)),
    () => writeAll(() => bare.write("INFO", message)),
  );
  return { name: `${linesPerRound} lines logged, with spool / file alone`, unit: "ms", ...times };
}

function writeAll(write: () => void): void {
  for (let count = 0; count < linesPerRound; count++) write();
}

async function takeBatches(folder: string): Promise<Figure> {
  await using store = await Store.open(openSqlite(join(folder, "jumar.db")), migrations);
  using bare = new DatabaseSync(join(folder, "bare.db"));
  bare.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE bare (text TEXT)");
  const insert = bare.prepare("INSERT INTO bare (text) VALUES (?)");
  let sequence = 0;
  const now = systemClock.now();
  const rest = { entity: "unit-mysql-0", level: "INFO", module: "unit", location: "" } as const;
  const take = () => {
    const lines = Array.from({ length: batch }, () => {
      sequence++;
      return { ...rest, sequence, time: now.epochMilliseconds, message };
    });
    const sent = { machine: "0", spool: "spool", lines, now };
    return store.write(log.logScope("model"), (tx) => log.add(tx, sent));
  };
  const insertAll = () => {
    bare.exec("BEGIN IMMEDIATE");
    for (let count = 0; count < batch; count++) insert.run(message);
    bare.exec("COMMIT");
  };
  const times = await timeInTurns(rounds, take, insertAll);
  return { name: `${batch} log lines taken / raw inserts (SQLite)`, unit: "ms", ...times };
}
