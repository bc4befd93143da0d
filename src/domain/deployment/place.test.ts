import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import * as constraints from "../constraints/constraints.ts";
import * as machine from "../machine/machine.ts";
import { allRows, deployApp, newModel, now, suiteOnEachStore } from "../testing.ts";
import * as unit from "../unit/unit.ts";
import { addMachine, type Placement } from "./place.ts";

const { entities } = constraints;
const fresh: Placement = { scope: "", directive: "new" };
const wish = { base: "", constraints: {}, placement: undefined, now };

suiteOnEachStore("places", (openStore) => {
  test("a machine that is asked for by itself has the model's base, unless one is named", async () => {
    await using store = await openStore();
    await newModel(store, "prod", { settings: { "default-base": "ubuntu@24.04" } });
    const add = (change: Partial<typeof wish>) =>
      store.write("prod", (tx) => addMachine(tx, { ...wish, ...change }));
    assert.equal(await add({}), "0");
    assert.equal(await add({ base: "ubuntu@20.04" }), "1");

    const machines = await store.read("prod", machine.list);
    assert.deepEqual(
      machines.map(({ id, base, isAdded }) => ({ id, base, isAdded })),
      [
        { id: "0", base: "ubuntu@24.04", isAdded: true },
        { id: "1", base: "ubuntu@20.04", isAdded: true },
      ],
    );
  });

  test("units go to the machines that are named in turn, and to new ones", async () => {
    await using store = await openStore();
    await newModel(store);
    for (let count = 0; count < 2; count++) await store.write("prod", (tx) => addMachine(tx, wish));
    const placement = [{ scope: "#", directive: "1" }, fresh, { scope: "#", directive: "0" }];
    await deployApp(store, "prod", { name: "mysql", units: 4, placement });

    const units = await store.read("prod", (tx) => unit.list(tx));
    assert.deepEqual(
      units.map((each) => each.machine),
      ["1", "2", "0", "3"],
    );
    const machines = await store.read("prod", machine.list);
    assert.deepEqual(
      machines.map(({ isAdded }) => isAdded),
      [true, true, false, false],
    );
  });

  test("a new machine has its own constraints, and for the rest those of the model", async () => {
    await using store = await openStore();
    await newModel(store);
    const set = (entity: string, to: constraints.Constraints) =>
      store.write("prod", (tx) => constraints.set(tx, entity, to));
    await set(entities.model, { mem: 1024, cores: 2 });
    await deployApp(store, "prod", { name: "mysql", constraints: { mem: 4096 } });
    await deployApp(store, "prod", { name: "web", constraints: { cores: 0 } });
    await store.write("prod", (tx) => addMachine(tx, { ...wish, constraints: { tags: ["a"] } }));
    await set(entities.model, {});
    await store.write("prod", (tx) => addMachine(tx, wish));

    assert.deepEqual(await ofMachines(store), {
      "0": { mem: 4096, cores: 2 },
      "1": { mem: 1024, cores: 0 },
      "2": { mem: 1024, cores: 2, tags: ["a"] },
      "3": {},
    });
  });

  test("a place that there is not is refused, and nothing is added", async () => {
    await using store = await openStore();
    await newModel(store);
    const before = await allRows(store);
    const none = "the cloud has neither zones nor containers nor hosts of its own to choose from";
    for (const [scope, directive, code, message] of [
      ["#", "0", "not valid", "machine-id cannot be specified when adding machines"],
      ["ssh", "anna@host", "not supported", `cannot add a machine at "ssh:anna@host": ${none}`],
      ["lxd", "", "not supported", `cannot add a machine at "lxd": ${none}`],
      ["", "zone=a", "not supported", `cannot add a machine at "zone=a": ${none}`],
    ] as const) {
      const adding = store.write("prod", (tx) =>
        addMachine(tx, { ...wish, placement: { scope, directive } }),
      );
      await assert.rejects(adding, { code, message });
    }
    const wrong = store.write("prod", (tx) => addMachine(tx, { ...wish, base: "jammy" }));
    await assert.rejects(wrong, { code: "not valid" });
    assert.deepEqual(await allRows(store), before);
  });
});

async function ofMachines(store: Store): Promise<Record<string, constraints.Constraints>> {
  return store.read("prod", async (tx) => {
    const found: Record<string, constraints.Constraints> = {};
    for (const { id } of await machine.list(tx)) {
      found[id] = await constraints.get(tx, entities.machine(id));
    }
    return found;
  });
}
