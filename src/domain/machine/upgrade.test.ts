import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { addUnits } from "../deployment/deployment.ts";
import { getDesired } from "../desired/desired.ts";
import * as leadership from "../leadership/leadership.ts";
import { relate } from "../relation/relate.ts";
import { abandonUnit, destroyUnit } from "../removal/removal.ts";
import * as status from "../status/status.ts";
import {
  after,
  commitHook,
  deployApp,
  newModel,
  now,
  runAll,
  subordinate,
  suiteOnEachStore,
} from "../testing.ts";
import * as unit from "../unit/unit.ts";
import * as machine from "./machine.ts";
import * as upgrade from "./upgrade.ts";
import * as row from "./upgrade-row.ts";

const noble = { machine: "0", base: "noble", isForced: false };

suiteOnEachStore("the upgrade of a machine's system", (open) => {
  test("the machine has its new base when all its units have heard of it twice, subordinates too", async () => {
    await using store = await open();
    await openMachine(store);
    await beginUpgrade(store);
    assert.deepEqual(await stateOf(store), ["ubuntu@22.04", "prepare running"]);
    await hear(store, "app/0", "prepared");
    await hear(store, "app/0", "prepared");
    assert.deepEqual(await stateOf(store), ["ubuntu@22.04", "prepare running"]);
    await assert.rejects(complete(store), {
      code: "not valid",
      message:
        'machine 0 can not complete its upgrade: its series upgrade is in the "prepare running" state',
    });
    await hear(store, "beside/0", "prepared");
    assert.deepEqual(await stateOf(store), ["ubuntu@22.04", "prepare completed"]);
    await complete(store);
    await hear(store, "app/0", "completed");
    assert.deepEqual(await stateOf(store), ["ubuntu@22.04", "complete running"]);
    await hear(store, "beside/0", "completed");

    assert.deepEqual(await stateOf(store), ["ubuntu@24.04", "completed"]);
    const { messages } = (await store.read("prod", (tx) => row.find(tx, "0"))) ?? {};
    assert.deepEqual(messages, [
      'machine-0 started upgrade from "ubuntu@22.04" to "ubuntu@24.04"',
      "app/0 pre-series-upgrade completed",
      "beside/0 pre-series-upgrade completed",
      "machine-0 prepare completed",
      "machine-0 complete phase started",
      "app/0 post-series-upgrade completed",
      "beside/0 post-series-upgrade completed",
      "machine-0 series upgrade complete",
    ]);
    await assert.rejects(complete(store), {
      message:
        'machine 0 is not prepared for a series upgrade: begin with "upgrade-machine 0 prepare BASE"',
    });
  });

  test("no unit can be placed on a machine meanwhile, and a subordinate that comes waits", async () => {
    await using store = await open();
    await openMachine(store);
    await beginUpgrade(store);
    const placement = [{ scope: "#", directive: "0" }];
    const add = () =>
      store.write("prod", (tx) => addUnits(tx, "app", { count: 1, placement, now }));
    await assert.rejects(add(), {
      code: "not valid",
      message: "cannot place a unit on machine 0: machine is locked for series upgrade",
    });
    await deployApp(store, "prod", { name: "late", metadata: subordinate, units: 0 });
    await store.write("prod", (tx) => relate(tx, ["app", "late"], now));

    assert.deepEqual(await desired(store), {
      "app/0": "prepare",
      "beside/0": "prepare",
      "late/0": "wait",
    });
    for (const name of ["app/0", "beside/0"]) await hear(store, name, "prepared");
    await complete(store);
    for (const name of ["app/0", "beside/0"]) await hear(store, name, "completed");
    assert.deepEqual(await desired(store), {
      ...{ "app/0": undefined, "beside/0": undefined, "late/0": undefined },
    });
    await add();
  });

  test("nobody waits for a unit that has gone, and with its machine all goes that was kept", async () => {
    await using store = await open();
    await openMachine(store);
    await beginUpgrade(store);
    await hear(store, "beside/0", "prepared");
    await store.write("prod", (tx) => abandonUnit(tx, "app/0"));
    assert.deepEqual(await stateOf(store), ["ubuntu@22.04", "prepare completed"]);
    await complete(store);
    assert.deepEqual(await stateOf(store), ["ubuntu@24.04", "completed"]);
    await store.write("prod", (tx) => machine.remove(tx, "0"));
    assert.equal(await store.read("prod", (tx) => row.find(tx, "0")), undefined);
  });

  test("a leader on the machine leads until it is over, though its lease runs out", async () => {
    await using store = await open();
    await openMachine(store);
    const claim = (name: string, at: Temporal.Instant) =>
      store.write("prod", (tx) =>
        leadership.claim(tx, { application: "app", unit: name, seconds: 1, now: at }),
      );
    await claim("app/0", now);
    await beginUpgrade(store);
    await store.write("prod", (tx) => leadership.expire(tx, after(60)));
    const message = "app/0 leads app";
    await assert.rejects(claim("app/1", after(60)), { message });

    for (const name of ["app/0", "beside/0"]) await hear(store, name, "prepared");
    await complete(store);
    for (const name of ["app/0", "beside/0"]) await hear(store, name, "completed");
    await claim("app/1", after(60));
  });

  test("what a unit says of another upgrade changes nothing", async () => {
    await using store = await open();
    await openMachine(store);
    await beginUpgrade(store);
    await hear(store, "app/0", { number: 2, stage: "prepared" });
    await hear(store, "app/0", "completed");
    await hear(store, "beside/0", "prepared");
    assert.deepEqual(await stateOf(store), ["ubuntu@22.04", "prepare running"]);
  });

  test("a machine is not upgraded to what it or a charm on it cannot have, and nothing is locked", async () => {
    await using store = await open();
    await openMachine(store, "series: [jammy, noble]");
    const supported = "the charm supported bases are: ubuntu@22.04, ubuntu@24.04";
    for (const [wanted, message] of [
      [{ base: "jammy" }, "machine-0 is already running base ubuntu@22.04"],
      [
        { base: "20.04/stable" },
        "machine-0 is running ubuntu@22.04 which is a newer base than ubuntu@20.04",
      ],
      [
        { base: "centos@9" },
        "machine-0 is running ubuntu@22.04, which cannot be upgraded to centos@9",
      ],
      [
        { base: "banana" },
        "machine-0 is running ubuntu@22.04, which cannot be upgraded to ubuntu@banana",
      ],
      [{ base: "" }, "base missing: expected a form like ubuntu@24.04"],
      [{ base: "26.04" }, `base "ubuntu@26.04" not supported by charm, ${supported}`],
      [{ machine: "9" }, "machine 9 not found"],
    ] as const) {
      const prepare = store.write("prod", (tx) => upgrade.prepare(tx, { ...noble, ...wanted }));
      await assert.rejects(prepare, { message });
    }
    assert.deepEqual(await store.read("prod", row.listLocked), new Map());
    await beginUpgrade(store, { base: "26.04", isForced: true });
    await assert.rejects(beginUpgrade(store), {
      message:
        'upgrade series lock found for "0"; its series upgrade from "ubuntu@22.04" to "ubuntu@26.04" is in the "prepare running" state',
    });
  });

  test("a unit that has failed keeps its machine from an upgrade, and one that goes does not", async () => {
    await using store = await open();
    await openMachine(store);
    await say(store, "error", 'hook failed: "config-changed"');
    await assert.rejects(beginUpgrade(store), {
      message:
        'unit app/0 is not ready to start a series upgrade; its agent status is: "error" hook failed: "config-changed"',
    });
    await store.write("prod", (tx) => destroyUnit(tx, "app/0"));
    await beginUpgrade(store);
    assert.deepEqual(await stateOf(store), ["ubuntu@22.04", "prepare completed"]);
  });
});

/** With app/0 and its subordinate beside/0, on machine 0. */
async function openMachine(store: Store, metadata = ""): Promise<void> {
  await newModel(store, "prod");
  await deployApp(store, "prod", { name: "app", metadata, base: "ubuntu@22.04" });
  await deployApp(store, "prod", { name: "beside", metadata: subordinate, units: 0 });
  await runAll(store, "prod");
  await store.write("prod", (tx) => relate(tx, ["app", "beside"], now));
  await runAll(store, "prod");
  await store.write("prod", async (tx) => {
    for (const { name } of await unit.list(tx)) {
      const entity = status.entities.unitAgent(name);
      await status.set(tx, { entity, status: "idle", now });
    }
  });
}

async function beginUpgrade(store: Store, wanted: Partial<upgrade.WantedUpgrade> = {}) {
  await store.write("prod", (tx) => upgrade.prepare(tx, { ...noble, ...wanted }));
}

async function complete(store: Store): Promise<void> {
  await store.write("prod", (tx) => upgrade.complete(tx, "0"));
}

interface Heard {
  readonly number: number;
  readonly stage: string;
}

async function hear(store: Store, name: string, said: string | Heard): Promise<void> {
  const { number, stage } = typeof said === "string" ? { number: 1, stage: said } : said;
  await commitHook(store, "prod", { unit: name, facts: { upgrade: { number, stage } } });
}

async function say(store: Store, word: string, message: string): Promise<void> {
  const entity = status.entities.unitAgent("app/0");
  await store.write("prod", (tx) => status.set(tx, { entity, status: word, message, now }));
}

/** The machine's base, and how far the upgrade is. */
async function stateOf(store: Store): Promise<string[]> {
  return await store.read("prod", async (tx) => {
    const found = await row.find(tx, "0");
    return [(await machine.get(tx, "0")).base, found ? row.describe(found) : ""];
  });
}

async function desired(store: Store) {
  const { units } = await store.read("prod", (tx) => getDesired(tx, "0"));
  return Object.fromEntries(units.map((each) => [each.unit.name, each.upgrade?.phase]));
}
