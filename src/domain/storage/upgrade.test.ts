import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { getDesired } from "../desired/desired.ts";
import { type CharmUpgrade, upgradeCharm } from "../rollout/upgrade-charm.ts";
import {
  addCharm,
  allRows,
  deployApp,
  newModel,
  noSettings,
  now,
  runAll,
  suiteOnEachStore,
} from "../testing.ts";
import * as constraints from "./constraints.ts";
import * as storage from "./storage.ts";

const store = (rest = "") => `storage: {data: {type: filesystem${rest}}}`;
const range = (counts: string, rest = "") => store(`, multiple: {range: ${counts}}${rest}`);

suiteOnEachStore("storage that a new charm has to go on with", (openStore) => {
  test("a charm that units could not go on with is refused, and changes nothing", async () => {
    const existing = 'existing storage "data" ';
    const cases = [
      [store(), "", 'required storage "data" removed'],
      [range("0+"), "", 'in-use storage "data" removed', 1],
      [
        store(),
        "storage: {data: {type: block}}",
        `${existing}type changed from "filesystem" to "block"`,
      ],
      [store(), store(", shared: true"), `${existing}shared changed from false to true`],
      [store(), store(", read-only: true"), `${existing}read-only changed from false to true`],
      [
        store(", location: /a"),
        store(", location: /b"),
        `${existing}location changed from "/a" to "/b"`,
      ],
      [range("0-10"), range("0-5"), `${existing}range contracted: max decreased from 10 to 5`],
      [
        range("0+"),
        range("0-5"),
        `${existing}range contracted: max decreased from <unbounded> to 5`,
      ],
      [
        store(", location: /a"),
        range("1+", ", location: /a"),
        `${existing}with location changed from single to multiple`,
      ],
    ] as const;
    for (const [from, to, reason, count] of cases) {
      await using opened = await newDatabase(openStore, from, count);
      const url = await addCharm(opened, "prod", { name: "db", metadata: to });
      const before = await allRows(opened);
      const message = `cannot upgrade application "db" to charm "${url}": ${reason}`;
      await assert.rejects(upgrade(opened, url), { code: "not valid", message });
      assert.deepEqual(await allRows(opened), before);
    }
  });

  test("what is asked for with a new charm must be what that allows", async () => {
    await using opened = await newDatabase(openStore, store());
    const url = await addCharm(opened, "prod", { name: "db", metadata: range("1-2") });
    await assert.rejects(upgrade(opened, url, { storage: { data: { count: 3 } } }), {
      message:
        `cannot upgrade application "db" to charm "${url}": validating storage constraints: ` +
        'charm "db" store "data": at most 2 instances supported, 3 specified',
    });
  });

  test("a store that nobody uses may go, and its constraints go with it", async () => {
    await using opened = await newDatabase(openStore, range("0+"));
    await upgrade(opened, await addCharm(opened, "prod", { name: "db" }));
    assert.deepEqual(await constraintsOf(opened), {});
  });

  test("of a new store units that are there get all that is asked for, of an old one what is missing", async () => {
    await using opened = await newDatabase(openStore, range("1+"), 2);
    const more = "logs: {type: filesystem, multiple: {range: 0+}}";
    const metadata = `storage: {data: {type: filesystem, multiple: {range: 3+}, minimum-size: 2G}, ${more}}`;
    const url = await addCharm(opened, "prod", { name: "db", metadata });
    await upgrade(opened, url, { storage: { logs: { count: 2, size: 5 } } });

    const sizes = (await opened.read("prod", storage.list)).map(({ id, sizeMib }) => [id, sizeMib]);
    assert.deepEqual(sizes, [
      ["data/0", 1024],
      ["data/1", 1024],
      ["data/2", 2048],
      ["logs/3", 5],
      ["logs/4", 5],
    ]);
    assert.deepEqual(await constraintsOf(opened), {
      data: { pool: "local", sizeMib: 2048, count: 3 },
      logs: { pool: "local", sizeMib: 5, count: 2 },
    });
  });

  test("the same charm again gives nothing more", async () => {
    await using opened = await newDatabase(openStore, range("1+"));
    await upgrade(opened, "local:db-0", { storage: { data: { count: 4 } } });
    assert.equal((await opened.read("prod", storage.list)).length, 1);
    assert.equal((await constraintsOf(opened)).data?.count, 4);
  });
});

suiteOnEachStore("storage as a unit's agent hears of it", (openStore) => {
  test("one of a kind is where the charm wants it, and many are side by side there", async () => {
    for (const [metadata, location] of [
      [store(), ""],
      [store(", location: /srv/a"), "/srv/a"],
      [range("1+", ", location: /srv/a"), "/srv/a/data/0"],
    ] as const) {
      await using opened = await newDatabase(openStore, metadata);
      const { units } = await opened.read("prod", (tx) => getDesired(tx, "0"));
      assert.deepEqual(
        units[0]?.storage.map(({ wantedLocation }) => wantedLocation),
        [location],
      );
    }
  });
});

async function newDatabase(
  openStore: () => Promise<Store>,
  metadata: string,
  count?: number,
): Promise<Store> {
  const opened = await openStore();
  await newModel(opened);
  const asked = count === undefined ? {} : { data: { count } };
  await deployApp(opened, "prod", { name: "db", metadata, storage: asked });
  await runAll(opened, "prod");
  return opened;
}

function constraintsOf(opened: Store) {
  return opened.read("prod", (tx) => constraints.listOf(tx, "db"));
}

function upgrade(opened: Store, charm: string, change: Partial<CharmUpgrade> = {}): Promise<void> {
  const forces = { force: true, forceBase: true, forceUnits: true };
  const rest = { application: "db", channel: "", settings: noSettings, startedBy: "jane", now };
  return opened.write("prod", (tx) => upgradeCharm(tx, { charm, ...forces, ...rest, ...change }));
}
