import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import * as application from "../application/application.ts";
import type { Endpoint } from "../relation/endpoints.ts";
import { relate } from "../relation/relate.ts";
import * as relation from "../relation/relation.ts";
import { setSuspended } from "../relation/suspend.ts";
import {
  addCharm,
  allRows,
  type CharmFiles,
  deployApp,
  newModel,
  noSettings,
  now,
  runAll,
  suiteOnEachStore,
} from "../testing.ts";
import { type CharmUpgrade, upgradeCharm } from "./upgrade-charm.ts";

const jammy = 'bases: [{name: ubuntu, channel: "22.04"}]';
const noble = 'bases: [{name: ubuntu, channel: "24.04"}, {name: ubuntu, channel: "26.04"}]';
const centos = 'bases: [{name: centos, channel: "9"}, {name: opensuse, channel: "42"}]';

const none = { force: false, forceBase: false, forceUnits: false };
const all = { force: true, forceBase: true, forceUnits: true };

suiteOnEachStore("charms that an application cannot be upgraded to", (openStore) => {
  test("what there is not is not found", async () => {
    await using store = await newMysql(openStore, {});

    await assert.rejects(upgrade(store, "local:mysql-7", none), {
      code: "not found",
      message: 'charm "local:mysql-7" not found',
    });
    await assert.rejects(upgrade(store, "local:mysql-0", { ...none, application: "redis" }), {
      code: "not found",
      message: 'application "redis" not found',
    });
  });

  test("another charm is refused", async () => {
    await using store = await newMysql(openStore, {});
    await refused(store, {
      ...{ to: { name: "mariadb" }, forces: all, code: "not supported" },
      reason: 'charm is "mariadb", not "mysql": crossgrades cannot be done yet',
    });
  });

  test("the second format does not go back to the first", async () => {
    await using store = await newMysql(openStore, { manifest: jammy });
    await refused(store, {
      ...{ to: { metadata: "series: [jammy]" }, forces: all, code: "not valid" },
      reason: "cannot downgrade from v2 charm format to v1",
    });
    await refused(store, {
      ...{ to: { manifest: jammy, metadata: "series: [jammy]" }, forces: all, code: "not valid" },
      reason: "cannot downgrade from v2 charm format to v1",
    });
  });

  test("the model has to have what the charm assumes, unless that is forced", async () => {
    await using store = await newMysql(openStore, { manifest: jammy });
    const to = { manifest: jammy, metadata: "assumes: [juju >= 3.7]" };
    const reason = [
      "Charm feature requirements cannot be met:",
      "    - charm requires all of the following:",
      '      - charm requires feature "juju" (version >= 3.7.0) but model currently supports version 3.6.100',
    ].join("\n");

    const forces = { ...all, force: false };
    await refused(store, { to, forces, code: "not supported", reason });
    await accepted(store, to, { ...none, force: true });
  });

  test("a profile asks of LXD what it may, unless that is forced", async () => {
    await using store = await newMysql(openStore, {});
    const to = { lxdProfile: "devices: {disk: {type: disk}}" };
    const reason = 'validating lxd profile: invalid lxd-profile.yaml: contains device type "disk"';
    await refused(store, { to, forces: { ...all, force: false }, code: "not valid", reason });
    await accepted(store, to, { ...none, force: true });
  });

  test("the first format goes on to the second", async () => {
    await using store = await newMysql(openStore, { metadata: "series: [jammy]" });
    await accepted(store, { manifest: "bases: []" }, none);
    await accepted(store, {}, none);
    await accepted(store, { manifest: jammy }, none);
  });

  test("an application does not become a subordinate", async () => {
    await using store = await newMysql(openStore, {});
    const metadata =
      "subordinate: true\nrequires: {host: {interface: juju-info, scope: container}}";
    await refused(store, {
      ...{ to: { metadata }, forces: all, code: "not valid" },
      reason: "cannot change an application's subordinacy",
    });
  });

  test("the application's base has to be one of the charm's, unless that is forced", async () => {
    await using store = await newMysql(openStore, { manifest: jammy });
    const reason =
      'base "ubuntu@22.04" not supported by charm, ' +
      "the charm supported bases are: ubuntu@24.04, ubuntu@26.04";
    const forces = { ...all, forceBase: false };

    await refused(store, { to: { manifest: noble }, forces, code: "not valid", reason });
    await accepted(store, { manifest: noble }, { ...none, forceBase: true });
    assert.equal((await getMysql(store)).base, "ubuntu@22.04");
  });

  test("another operating system cannot be forced", async () => {
    await using store = await newMysql(openStore, { manifest: jammy });
    await refused(store, {
      ...{ to: { manifest: centos }, forces: all, code: "not supported" },
      reason: 'OS "ubuntu" not supported by charm "mysql", supported OSes are: centos, opensuse',
    });
  });

  test("a charm that does not say where it runs, runs everywhere", async () => {
    await using store = await newMysql(openStore, {});
    await accepted(store, {}, none);
    await accepted(store, {}, all);
  });
});

suiteOnEachStore("relations that a new charm has to support", (openStore) => {
  const breaks = { code: "not valid", reason: 'would break relation "wordpress:db mysql:server"' };

  test("an endpoint that is in use has to stay what it is, whatever is forced", async () => {
    await using store = await newRelatedMysql(openStore, { metadata: "provides: {server: mysql}" });
    for (const metadata of [
      "",
      "provides: {db: mysql}",
      "provides: {server: mysql-shared}",
      "requires: {server: mysql}",
      "provides: {server: {interface: mysql, scope: container}}",
    ]) {
      await refused(store, { to: { metadata }, forces: all, ...breaks });
    }
    await accepted(store, { metadata: "provides: {server: mysql, db: mysql}" }, none);
  });

  test("what is not in use may come and go, and may be optional or not", async () => {
    const metadata = "provides: {server: mysql, db: mysql}\nrequires: {cache: redis}";
    await using store = await newRelatedMysql(openStore, { metadata });

    await accepted(
      store,
      { metadata: "provides: {server: {interface: mysql, optional: true}}" },
      none,
    );
  });

  test("a relation in a container's scope can become a global one, or stay as it is", async () => {
    await using store = await newMysql(openStore, { metadata: "provides: {server: mysql}" });
    const own: Endpoint = {
      ...{ application: "mysql", name: "server", role: "provider", interface: "mysql" },
      ...{ scope: "container", limit: 0, optional: false },
    };
    const other: Endpoint = { ...own, application: "nrpe", name: "db", role: "requirer" };
    await store.write("prod", (tx) => relation.add(tx, [own, other], now));

    for (const scope of ["global", "container"]) {
      const metadata = `provides: {server: {interface: mysql, scope: ${scope}}}`;
      await accepted(store, { metadata }, none);
    }
  });

  test("what every charm provides cannot be lost", async () => {
    await using store = await newMysql(openStore, {});
    await deployApp(store, "prod", { name: "monitor", metadata: "requires: {host: juju-info}" });
    await store.write("prod", (tx) => relate(tx, ["monitor", "mysql"], now));

    await accepted(store, {}, none);
  });

  test("a limit is not exceeded by the relations that there are, unless that is forced", async () => {
    await using store = await newRelatedMysql(openStore, { metadata: "provides: {server: mysql}" });
    await deployApp(store, "prod", { name: "blog", metadata: "requires: {db: mysql}" });
    const limited = (limit: number) => ({
      metadata: `provides: {server: {interface: mysql, limit: ${limit}}}`,
    });
    await accepted(store, limited(1), none);
    await upgrade(store, "local:mysql-0", none);
    await store.write("prod", (tx) => relate(tx, ["blog", "mysql"], now));

    await refused(store, {
      ...{ to: limited(1), forces: { ...all, force: false }, code: "not valid" },
      reason:
        "new charm version imposes a maximum relation limit of 1 for mysql:server which cannot be " +
        "satisfied by the number of already established relations (2)",
    });
    const both = "{server: mysql, info: {interface: mysql, limit: 1}}";
    await accepted(store, { metadata: `provides: ${both}` }, none);
    await accepted(store, limited(2), none);
    await accepted(store, limited(1), { ...none, force: true });
    await accepted(store, limited(2), none);
    await store.write("prod", (tx) => setSuspended(tx, 1, { isSuspended: true, reason: "", now }));
    await accepted(store, limited(1), none);
  });
});

async function newMysql(
  openStore: () => Promise<Store>,
  files: Partial<CharmFiles>,
): Promise<Store> {
  const store = await openStore();
  await newModel(store);
  await deployApp(store, "prod", { name: "mysql", ...files });
  await runAll(store, "prod");
  return store;
}

async function newRelatedMysql(
  openStore: () => Promise<Store>,
  files: Partial<CharmFiles>,
): Promise<Store> {
  const store = await newMysql(openStore, files);
  await deployApp(store, "prod", { name: "wordpress", metadata: "requires: {db: mysql}" });
  await store.write("prod", (tx) => relate(tx, ["wordpress", "mysql:server"], now));
  return store;
}

interface Refusal {
  readonly to: Partial<CharmFiles>;
  readonly forces: typeof none;
  readonly code: string;
  readonly reason: string;
}

/** Asserts that the charm is refused for the reason, and that nothing changes. */
async function refused(store: Store, { to, forces, code, reason }: Refusal): Promise<void> {
  const url = await addCharm(store, "prod", { name: "mysql", ...to });
  const before = await allRows(store);
  const message = `cannot upgrade application "mysql" to charm "${url}": ${reason}`;
  await assert.rejects(upgrade(store, url, forces), { code, message });
  assert.deepEqual(await allRows(store), before);
}

async function accepted(store: Store, to: Partial<CharmFiles>, forces: typeof none): Promise<void> {
  const url = await addCharm(store, "prod", { name: "mysql", ...to });
  await upgrade(store, url, forces);
  assert.equal((await getMysql(store)).charm, url);
}

function upgrade(
  store: Store,
  charm: string,
  changes: Partial<CharmUpgrade> & typeof none,
): Promise<void> {
  const rest = { application: "mysql", channel: "", settings: noSettings, startedBy: "jane", now };
  return store.write("prod", (tx) => upgradeCharm(tx, { charm, ...rest, ...changes }));
}

function getMysql(store: Store): Promise<application.Application> {
  return store.read("prod", (tx) => application.get(tx, "mysql"));
}
