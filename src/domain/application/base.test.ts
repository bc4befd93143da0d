import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { addUnits } from "../deployment/deployment.ts";
import * as machine from "../machine/machine.ts";
import { relate } from "../relation/relate.ts";
import { deployApp, newModel, now, subordinate, suiteOnEachStore } from "../testing.ts";
import * as application from "./application.ts";
import { changeBase } from "./base.ts";

suiteOnEachStore("the base of an application", (openStore) => {
  test("it is that of machines that come from now on, and subordinates follow", async () => {
    await using store = await newMysql(openStore);
    await change(store, "mysql", "ubuntu@24.04");
    assert.deepEqual(await bases(store), {
      ...{ logger: "ubuntu@24.04", mysql: "ubuntu@24.04", other: "ubuntu@22.04" },
    });
    await change(store, "mysql", "focal");
    assert.equal((await bases(store)).logger, "ubuntu@20.04");

    await store.write("prod", (tx) => addUnits(tx, "mysql", { count: 1, placement: [], now }));
    const machines = await store.read("prod", machine.list);
    assert.deepEqual(
      machines.map(({ base }) => base),
      ["ubuntu@22.04", "ubuntu@22.04", "ubuntu@20.04"],
    );
  });

  test("what a charm or a subordinate's does not run on is refused unless it is forced", async () => {
    await using store = await newMysql(openStore);
    const before = await bases(store);
    for (const [name, base, code, message] of [
      [
        ...["mysql", "ubuntu@18.04", "not valid"],
        'base "ubuntu@18.04" not supported by charm, the charm supported bases are: ' +
          "ubuntu@22.04, ubuntu@24.04, ubuntu@20.04",
      ],
      [
        ...["other", "ubuntu@24.04", "not valid"],
        'base "ubuntu@24.04" not supported by charm, the charm supported bases are: ubuntu@22.04',
      ],
      ["none", "ubuntu@24.04", "not found", 'application "none" not found'],
      [
        ...["logger", "ubuntu@24.04", "not supported"],
        '"logger" is a subordinate application: its base follows its principal\'s',
      ],
    ] as const) {
      await assert.rejects(change(store, name, base), { code, message });
    }
    for (const base of ["", "22@04@1", "plan9@1", "warty"]) {
      await assert.rejects(change(store, "mysql", base), { code: "not valid" });
    }
    assert.deepEqual(await bases(store), before);

    const forced = { application: "mysql", base: "ubuntu@18.04", isForced: true };
    await store.write("prod", (tx) => changeBase(tx, forced));
    assert.equal((await bases(store)).mysql, "ubuntu@18.04");
  });
});

async function newMysql(openStore: () => Promise<Store>): Promise<Store> {
  const store = await openStore();
  await newModel(store);
  const series = "series: [jammy, noble, focal]";
  await deployApp(store, "prod", { name: "mysql", metadata: series });
  await deployApp(store, "prod", { name: "other", metadata: "series: [jammy]" });
  const beside = { name: "logger", metadata: `${subordinate}\n${series}`, units: 0 };
  await deployApp(store, "prod", beside);
  await store.write("prod", (tx) => relate(tx, ["mysql", "logger"], now));
  return store;
}

function change(store: Store, name: string, base: string): Promise<void> {
  return store.write("prod", (tx) => changeBase(tx, { application: name, base, isForced: false }));
}

async function bases(store: Store): Promise<Record<string, string>> {
  const applications = await store.read("prod", application.list);
  return Object.fromEntries(applications.map(({ name, base }) => [name, base]));
}
