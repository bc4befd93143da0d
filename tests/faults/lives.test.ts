/**
 * A model's whole life, with everything that charms keep and are told, while somebody kills
 * programs at random: the controller, agents, launchers, hooks and their tools. What is left in the
 * end is what would be left if nobody had died, and when the model goes, nothing is.
 *
 * `JUMAR_LIFE_SEEDS=3,4,5` says which sequences of kills to try; even ones on PostgreSQL if it is there.
 */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, test } from "node:test";
import { systemClock } from "#base/clock.ts";
import { migrations } from "#domain/schema.ts";
import { controllerScope } from "#domain/scope.ts";
import { openPostgres } from "#store/postgres.ts";
import { openSqlite } from "#store/sqlite.ts";
import { Store } from "#store/store.ts";
import { newPostgresDatabase, skipPostgres } from "#store/testing.ts";
import { killHard, type Scratch } from "../../scripts/scratch.ts";
import { bootstrapped, findUnit, isSettled } from "../journeys/cloud.ts";
import { endedOf, mendingOf, writeCharms } from "./charms.ts";
import { type Killed, killAtRandom, type Step, walk } from "./killer.ts";

const seeds = (process.env.JUMAR_LIFE_SEEDS ?? "1").split(",").map(Number);
const killsMax = 12;
/** A hook that is killed again and again is tried later each time. */
const timeout = 600_000;
/** Most of the time they wait. */
const concurrency = 2;
const keepers = ["keeper/0", "keeper/1"];
const kept = "edition 2, data second, fail yes, reboot one, acted yes";
/** A charm that a deployment sent twice has another revision. */
const volatile =
  /^(?:charm|charm-rev|checksum|since|timestamp|instance-id|dns-name|ip-addresses|leader|created|updated|revision|pid|.*-address|.*timestamp)$/;
const ownNames =
  /127\.\d+\.\d+\.\d+|juju-[0-9a-f]{8}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|secret:[0-9a-v]{20}/g;

const noKills: Killed = { programs: [], contexts: new Set() };

/** What can be seen of a model at the end of its life, and of the controller after it. */
interface Life {
  readonly lived: unknown;
  readonly left: unknown;
}

const nothing = { addresses: 1, storage: [], tables: [] };

async function live(scratch: Scratch, database: string | undefined): Promise<Life> {
  await walk(scratch, await stepsOfLife(scratch));
  const lived = await finalState(scratch);
  await walk(scratch, stepsOfEnd(scratch));
  return { lived, left: await whatIsLeft(scratch, database) };
}

async function stepsOfLife(scratch: Scratch): Promise<readonly Step[]> {
  const charms = await writeCharms(scratch);
  const data = join(scratch.folder, "data.txt");
  const second = join(scratch.folder, "second.txt");
  await writeFile(data, "one");
  await writeFile(second, "second");
  const status = () => scratch.status();
  const application = async (name: string) => (await status()).applications[name];
  const message = async (unit: string) =>
    findUnit(await status(), unit)?.["workload-status"]?.message ?? "";
  const exec = "relation-set -r $(relation-ids ring) --app told=yes";
  const step = (command: string, isDone: () => Promise<unknown>): Step => ({
    command,
    isDone,
  });
  const config = (key: string, value: string, hasEffect: () => Promise<unknown>) =>
    step(`config keeper ${key}=${value}`, async () => {
      return (await scratch.jumar(`config keeper ${key}`)).trim() === value && hasEffect();
    });
  return [
    step(`deploy ${charms.keeper} --resource data=${data}`, () => application("keeper")),
    step(`deploy ${charms.reader}`, () => application("reader")),
    step(`deploy ${charms.watch}`, () => application("watch")),
    step("integrate keeper reader", async () => (await application("reader"))?.relations?.db),
    step("integrate keeper watch", async () => findUnit(await status(), "watch/0")),
    step("add-unit keeper", async () => findUnit(await status(), "keeper/1")),
    step("expose keeper", async () => (await application("keeper"))?.exposed),
    config("edition", "2", async () => (await message("reader/0")) === "read edition 2"),
    step(`attach-resource keeper data=${second}`, async () =>
      (await scratch.jumar("resources keeper --format json")).includes('"size":6,'),
    ),
    step("add-storage keeper/0 cache", async () => "cache/2" in (await storageOf(scratch))),
    step("run keeper/0 act", async () => (await message("keeper/0")).includes("acted yes")),
    step("run keeper/1 act", async () => (await message("keeper/1")).includes("acted yes")),
    {
      command: ["exec", "--unit", "keeper/leader", "--", exec],
      isDone: async () => (await scratch.jumar("show-unit keeper/0")).includes("told"),
    },
    config("reboot", "one", async () => true),
    config("fail", "yes", async () => isFailing(await status())),
    {
      command: ["resolved", "--all"],
      isDone: async () => {
        for (const unit of keepers) await writeFile(mendingOf(scratch, unit), "");
        return !isFailing(await status());
      },
    },
    step("remove-relation keeper reader", async () => {
      return (await application("reader"))?.relations?.db === undefined;
    }),
    step("remove-storage cache/2 --force", async () => !("cache/2" in (await storageOf(scratch)))),
    step("remove-unit keeper/1 --no-prompt", async () => {
      return (await application("keeper"))?.units?.["keeper/1"] === undefined;
    }),
  ];
}

function stepsOfEnd(scratch: Scratch): readonly Step[] {
  const isGone = async (name: string) => !(await scratch.status()).applications[name];
  return [
    {
      command: ["remove-application", "watch", "--no-prompt"],
      isDone: () => isGone("watch"),
    },
    {
      command: ["destroy-model", "shop", "--destroy-storage", "--no-prompt"],
      isDone: async () => !(await scratch.jumar("models")).includes("shop"),
    },
  ];
}

type Status = Awaited<ReturnType<Scratch["status"]>>;

/** Whether all keepers wait for somebody to mend them, or to take note that somebody has. */
function isFailing(status: Status): boolean {
  const units = Object.values(status.applications.keeper?.units ?? {});
  return units.some((unit) => unit["workload-status"]?.current === "error");
}

async function storageOf(scratch: Scratch): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await scratch.jumar("storage --format json")).storage ?? {};
}

/** What anybody can see, without what differs from one controller to the next. */
async function finalState(scratch: Scratch): Promise<unknown> {
  return await scratch.until("the model is as it should be", async () => {
    try {
      return await seeAll(scratch);
    } catch {
      return undefined;
    }
  });
}

async function seeAll(scratch: Scratch): Promise<unknown> {
  const status = await scratch.status();
  const isAll =
    isSettled(status, "keeper/0", kept) &&
    isSettled(status, "watch/0", "watching") &&
    isSettled(status, "reader/0", "read edition 2") &&
    Object.keys(status.machines).length === 2;
  if (!isAll) return undefined;
  const look = async (command: string) =>
    JSON.parse(await scratch.jumar(`${command} --format json`));
  const all = {
    status,
    storage: await look("storage"),
    secrets: Object.values(await look("secrets --owner keeper")),
    resources: await look("resources keeper --details"),
    unit: await look("show-unit keeper/0"),
  };
  return withoutNames(scratch, all);
}

/** Without what bears a name, or has a time, of its own in each cloud. */
function withoutNames({ folder }: Scratch, seen: unknown): unknown {
  const text = JSON.stringify(seen, (key, value) => (volatile.test(key) ? undefined : value));
  return JSON.parse(text.replaceAll(folder, "SCRATCH").replace(ownNames, "ITS-OWN"));
}

/** What the cloud and the database have when the model has gone. */
async function whatIsLeft(scratch: Scratch, database: string | undefined): Promise<unknown> {
  const [own = ""] = await scratch.until("one machine is left", async () => {
    const names = await readdir(join(scratch.cloud, "machines"));
    return names.length === 1 && names;
  });
  const storage = await readdir(join(scratch.cloud, "storage"), { withFileTypes: true });
  const kept = storage.map(({ parentPath, name }) =>
    readdir(join(parentPath, name), { recursive: true }),
  );
  const addresses = await readdir(join(scratch.cloud, "addresses"));
  const path = join(scratch.cloud, "machines", own, "controller", "jumar.db");
  return {
    addresses: addresses.length,
    storage: (await Promise.all(kept)).flat(),
    tables: await tablesOfModelsGone(scratch, database ?? path),
  };
}

/** The tables that have rows of a model that is not there, but for logs, which go by and by. */
async function tablesOfModelsGone(scratch: Scratch, database: string): Promise<readonly string[]> {
  for (let all = await scratch.processes(); all.length > 0; all = await scratch.processes()) {
    for (const { pid } of all) killHard(pid);
  }
  const isFile = database.startsWith("/");
  const engine = isFile ? openSqlite(database) : openPostgres(database, systemClock);
  await using store = await Store.open(engine, migrations);
  return await store.write(controllerScope, async (tx) => {
    const models = await tx.selectFrom("model").select("uuid").execute();
    const known = new Set(["", controllerScope, ...models.map(({ uuid }) => uuid)]);
    const found: string[] = [];
    for (const { name, columns } of await tx.introspection.getTables()) {
      const isOfModels = columns.some((column) => column.name === "model");
      if (!isOfModels || name.startsWith("log_")) continue;
      const rows = await tx
        .selectFrom(name as "machine")
        .select("model")
        .distinct()
        .execute();
      if (rows.some(({ model }) => !known.has(model))) found.push(name);
    }
    return found;
  });
}

/** No run that came to its end is followed by another for the same reason. */
async function assertOnce(scratch: Scratch, killed: Killed): Promise<void> {
  for (const unit of ["keeper/0", "keeper/1", "reader/0", "watch/0", "watch/1"]) {
    const text = await readFile(endedOf(scratch, unit), "utf8");
    const lines = text.trimEnd().split("\n");
    const counted = lines
      .filter((line) => !killed.contexts.has(line.split(" ")[0] ?? ""))
      .map((line) => line.slice(line.indexOf(" ") + 1));
    const once = counted.filter(
      (hook) => !/^(?:config-changed|start|update-status|.*-changed|leader-) /.test(hook),
    );
    const twice = once.filter((hook, at) => once.indexOf(hook) !== at);
    assert.deepEqual(twice, [], `${unit} ran a hook twice`);
    const starts = counted.filter((hook) => hook.startsWith("start ")).length;
    assert.ok(starts <= 2, `${unit} has started ${starts} times`);
  }
}

async function newDatabase(seed: number) {
  if (seed % 2 === 1 || skipPostgres) return undefined;
  return await newPostgresDatabase();
}

suite("a model's life", { concurrency, timeout: timeout * (seeds.length + 1) }, () => {
  const undisturbed = Promise.withResolvers<Life>();
  undisturbed.promise.catch(() => {});

  test("when it ends nothing of it is left", { timeout }, async () => {
    try {
      await using scratch = await bootstrapped();
      const life = await live(scratch, undefined);
      undisturbed.resolve(life);
      assert.deepEqual(life.left, nothing);
      await assertOnce(scratch, noKills);
    } catch (error) {
      undisturbed.reject(error);
      throw error;
    }
  });

  for (const seed of seeds) {
    test(`whoever dies, it goes the same way, and nothing is done twice (seed ${seed})`, {
      timeout,
    }, async (t) => {
      await using database = await newDatabase(seed);
      const environment = database ? { JUMAR_DATABASE: database.url } : {};
      await using scratch = await bootstrapped({ environment });
      const stop = new AbortController();
      const killing = killAtRandom(scratch, { seed, killsMax, hooks: true }, stop.signal);
      const life = await live(scratch, database?.url);
      stop.abort();
      const killed = await killing;
      t.diagnostic(`killed ${killed.programs.length} programs`);
      assert.deepEqual(life, await undisturbed.promise);
      await assertOnce(scratch, killed);
    });
  }
});
