import assert from "node:assert/strict";
import { test } from "node:test";
import type { GivenSettings } from "#charm/settings.ts";
import type { Store } from "#store/store.ts";
import * as charm from "../charm/charm.ts";
import { addUnits } from "../deployment/deployment.ts";
import { upgradeCharm } from "../rollout/upgrade-charm.ts";
import { addCharm, deployApp, newModel, now, suiteOnEachStore } from "../testing.ts";
import * as application from "./application.ts";
import * as settings from "./settings.ts";

const config = `
options:
  title: {type: string, default: Blog}
  port: {type: int, default: 80}
  ratio: {type: float}
  debug: {type: boolean, default: false}
`;

suiteOnEachStore("settings", (openStore) => {
  test("a text is read as its option's type says", async () => {
    await using store = await newWordpress(openStore);
    await set(store, { title: "5", port: "8080", ratio: "1e3", debug: "T" });

    assert.deepEqual(await own(store), { title: "5", port: 8080, ratio: 1000, debug: true });
  });

  test("a document has the application's name as its top key, and texts go before it", async () => {
    await using store = await newWordpress(openStore);
    const yaml = "wordpress: {title: From YAML, port: 1, debug: yes}\nmysql: {port: x}";
    await change(store, { texts: { port: "2" }, yaml });

    assert.deepEqual(await own(store), { title: "From YAML", port: 2, debug: true });
  });

  test("a document without the application's settings is refused", async () => {
    await using store = await newWordpress(openStore);
    for (const yaml of ["title: Blog", "mysql: {port: 1}", "- wordpress", "wordpress", "# none"]) {
      await assert.rejects(change(store, { texts: {}, yaml }), {
        code: "not valid",
        message: 'no settings found for "wordpress"',
      });
    }
    await assert.rejects(change(store, { texts: {}, yaml: "wordpress: [title]" }), {
      code: "not valid",
      message: 'settings of "wordpress" are not a map of options to values',
    });
    await assert.rejects(change(store, { texts: {}, yaml: "wordpress: {" }), {
      code: "not valid",
      message: /^cannot parse settings data: invalid YAML: [^\n]+$/,
    });
    const full = { texts: {}, yaml: `wordpress:${" ".repeat(5 * 1024 * 1024 - 10)}` };
    await change(store, full);
    await assert.rejects(change(store, { ...full, yaml: `${full.yaml} ` }), {
      code: "not valid",
      message: "settings are longer than 5242880 bytes",
    });
    await change(store, { texts: {}, yaml: "wordpress:" });
    assert.deepEqual(await own(store), {});
  });

  test("a name that every object knows is no top key of a document", async () => {
    await using store = await openStore();
    await newModel(store);
    const yaml = "title: Blog";
    await assert.rejects(
      deployApp(store, "prod", { name: "constructor", config, settings: { texts: {}, yaml } }),
      { code: "not valid", message: 'no settings found for "constructor"' },
    );
  });

  test("either all settings are right or none counts", async () => {
    await using store = await newWordpress(openStore);
    await set(store, { title: "Old" });
    const refusals: readonly [GivenSettings, string][] = [
      [texts({ title: "New", colour: "red" }), 'unknown option "colour"'],
      [texts({ title: "New", port: "low" }), 'option "port" expected int, got "low"'],
      [yamlOf("{title: New, port: 1.5}"), 'option "port" expected int, got 1.5'],
      [yamlOf("{title: New, debug: 1}"), 'option "debug" expected boolean, got 1'],
      [yamlOf("{title: 5}"), 'option "title" expected string, got 5'],
    ];

    for (const [given, message] of refusals) {
      await assert.rejects(change(store, given), { code: "not valid", message });
    }
    await assert.rejects(change(store, texts({ title: "New" }), ["colour"]), {
      code: "not valid",
      message: 'unknown option "colour"',
    });
    assert.deepEqual(await own(store), { title: "Old" });
  });

  test("a setting that is reset, or null in a document, is no longer set", async () => {
    await using store = await newWordpress(openStore);
    await set(store, { title: "Old", port: "8080", debug: "true" });

    await change(store, yamlOf("{port: null}"), ["title"]);
    assert.deepEqual(await own(store), { debug: true });
  });

  test("a null that an application is deployed with is no setting", async () => {
    await using store = await openStore();
    await newModel(store);
    const given = { texts: {}, yaml: "wordpress: {title: null, port: 81}" };
    await deployApp(store, "prod", { name: "wordpress", config, settings: given });

    assert.deepEqual(await own(store), { port: 81 });
  });

  test("a charm reads what is set, and the defaults of the rest", async () => {
    await using store = await newWordpress(openStore);
    await set(store, { port: "8080", title: "" });

    const of = { application: "wordpress", charm: "local:wordpress-0" };
    assert.deepEqual(await store.read("prod", (tx) => settings.effective(tx, of)), {
      ...{ title: "", port: 8080, debug: false },
    });
  });

  test("an application is trusted by a setting of its own, which goes with the others or not at all", async () => {
    await using store = await newWordpress(openStore);
    const isTrusted = async () =>
      (await store.read("prod", (tx) => application.get(tx, "wordpress"))).isTrusted;

    await set(store, { trust: "true", port: "81" });
    assert.deepEqual([await isTrusted(), await own(store)], [true, { port: 81 }]);
    await assert.rejects(set(store, { trust: "no", port: "82" }), {
      message: 'option "trust" expected boolean, got "no"',
    });
    await assert.rejects(set(store, { trust: "false", port: "many" }));
    assert.deepEqual([await isTrusted(), await own(store)], [true, { port: 81 }]);
    await change(store, texts({}), ["trust"]);
    assert.equal(await isTrusted(), false);
    await change(store, yamlOf("{trust: true}"));
    assert.equal(await isTrusted(), true);
    await change(store, yamlOf("{trust: null}"));
    assert.equal(await isTrusted(), false);
  });

  test("an application may be trusted from its first day", async () => {
    await using store = await openStore();
    await newModel(store);
    const settings = { texts: { trust: "true" }, yaml: "" };
    await deployApp(store, "prod", { name: "wordpress", units: 0, settings });
    const { isTrusted } = await store.read("prod", (tx) => application.get(tx, "wordpress"));
    assert.equal(isTrusted, true);
  });

  test("settings of an application that is being removed cannot be changed", async () => {
    await using store = await newWordpress(openStore);
    await store.write("prod", (tx) => application.setLife(tx, "wordpress", "dying"));

    await assert.rejects(set(store, { port: "8080" }), {
      code: "not valid",
      message: 'application "wordpress" is being removed',
    });
  });

  test("what is set is of the charm that the application has now", async () => {
    await using store = await newWordpress(openStore);
    const { content } = await store.read("prod", (tx) => charm.get(tx, "local:wordpress-0"));
    await store.write("prod", async (tx) => {
      const url = await charm.addLocal(tx, { content, sha256: "abc", size: 1, now });
      const to = { charm: url, modifiedVersion: 2, forceUnits: false, channel: "" };
      await application.setCharm(tx, "wordpress", to);
    });
    await set(store, { port: "8080" });

    assert.deepEqual(await own(store), {});
    const newer = { application: "wordpress", charm: "local:wordpress-1" };
    assert.deepEqual(await store.read("prod", (tx) => application.getSettings(tx, newer)), {
      port: 8080,
    });
  });

  test("a unit that runs the old charm reads the old settings, whatever is set from then on", async () => {
    await using store = await newWordpress(openStore);
    await set(store, { title: "Old", port: "8080" });
    await store.write("prod", (tx) => addUnits(tx, "wordpress", { count: 1, placement: [], now }));
    const wider = config.replace("{type: float}", "{type: float, default: 2.5}");
    const newer = await addCharm(store, "prod", { name: "wordpress", config: wider });
    const seen = async (charmUrl: string) =>
      store.read("prod", (tx) =>
        settings.effective(tx, { application: "wordpress", charm: charmUrl }),
      );
    const before = await seen("local:wordpress-0");
    await store.write("prod", (tx) =>
      upgradeCharm(tx, {
        ...{ application: "wordpress", charm: newer, channel: "", startedBy: "jane", now },
        ...{ settings: texts({ title: "New" }), force: false, forceBase: false },
        forceUnits: false,
      }),
    );
    await set(store, { port: "9090", debug: "true" });

    assert.deepEqual(await seen("local:wordpress-0"), before);
    assert.deepEqual(await seen(newer), { title: "New", port: 9090, ratio: 2.5, debug: true });
  });
});

async function newWordpress(openStore: () => Promise<Store>): Promise<Store> {
  const store = await openStore();
  await newModel(store);
  await deployApp(store, "prod", { name: "wordpress", config, units: 0 });
  return store;
}

function texts(given: Readonly<Record<string, string>>): GivenSettings {
  return { texts: given, yaml: "" };
}

function yamlOf(own: string): GivenSettings {
  return { texts: {}, yaml: `wordpress: ${own}` };
}

function set(store: Store, given: Readonly<Record<string, string>>): Promise<void> {
  return change(store, texts(given));
}

function change(store: Store, given: GivenSettings, reset: readonly string[] = []): Promise<void> {
  return store.write("prod", (tx) => settings.change(tx, "wordpress", { given, reset }));
}

function own(store: Store): Promise<application.Settings> {
  const of = { application: "wordpress", charm: "local:wordpress-0" };
  return store.read("prod", (tx) => application.getSettings(tx, of));
}
