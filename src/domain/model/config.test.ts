import assert from "node:assert/strict";
import { test } from "node:test";
import { newModel, suiteOnEachStore } from "../testing.ts";
import { checkSetting, unknownSettingsMax } from "./config.ts";
import { modelSettings } from "./known-settings.ts";
import * as model from "./model.ts";

suiteOnEachStore("model settings", (openStore) => {
  test("a model has every setting from the start", async () => {
    await using store = await openStore();
    await newModel(store);

    const settings = await store.read("prod", model.getSettings);
    assert.deepEqual(Object.keys(settings), Object.keys(modelSettings));
    assert.equal(settings["update-status-hook-interval"], "5m");
    assert.equal(settings["logging-config"], "<root>=INFO");
    assert.equal(settings["automatically-retry-hooks"], true);
    assert.equal(settings["num-provision-workers"], 16);
    assert.deepEqual(settings["resource-tags"], {});
    assert.deepEqual(await store.read("prod", model.getOwnSettings), {});
  });

  test("a setting stays until it is set again or put back to its default", async () => {
    await using store = await openStore();
    await newModel(store, "prod", { settings: { "agent-probation": "30s" } });
    const change = (to: Parameters<typeof model.changeSettings>[1]) =>
      store.write("prod", (tx) => model.changeSettings(tx, to));
    const own = () => store.read("prod", model.getOwnSettings);

    await change({ set: { "default-base": "ubuntu@24.04", "automatically-retry-hooks": "false" } });
    assert.deepEqual(await own(), {
      "agent-probation": "30s",
      "automatically-retry-hooks": false,
      "default-base": "ubuntu@24.04",
    });
    await change({ set: { "agent-probation": "1h" }, unset: ["default-base", "juju-no-proxy"] });
    assert.deepEqual(await own(), {
      "agent-probation": "1h",
      "automatically-retry-hooks": false,
    });
    assert.equal(
      (await store.read("prod", model.getSettings))["default-base"],
      "ubuntu@22.04/stable",
    );
  });

  test("each model has settings of its own", async () => {
    await using store = await openStore();
    for (const [name, probation] of [
      ["prod", "1m"],
      ["staging", "2m"],
    ] as const) {
      await newModel(store, name, { settings: { "agent-probation": probation } });
    }
    await store.write("staging", (tx) =>
      model.changeSettings(tx, { set: { "juju-no-proxy": "host" } }),
    );

    assert.deepEqual(await store.read("prod", model.getOwnSettings), { "agent-probation": "1m" });
    assert.deepEqual(await store.read("staging", model.getOwnSettings), {
      ...{ "agent-probation": "2m", "juju-no-proxy": "host" },
    });
  });

  test("settings change together or not at all", async () => {
    await using store = await openStore();
    await newModel(store);
    const set = { "juju-http-proxy": "http://proxy", "agent-probation": "2h" };

    await assert.rejects(
      store.write("prod", (tx) => model.changeSettings(tx, { set })),
      { code: "not valid" },
    );
    assert.deepEqual(await store.read("prod", model.getOwnSettings), {});
  });

  test("a setting that is not known is kept until it is put back, up to a bound", async () => {
    await using store = await openStore();
    await newModel(store, "prod", { settings: { colour: "red" } });
    const change = (to: Parameters<typeof model.changeSettings>[1]) =>
      store.write("prod", (tx) => model.changeSettings(tx, to));
    await change({ set: { size: 7, constructor: true } });
    const own = { colour: "red", size: 7, constructor: true };
    assert.deepEqual(await store.read("prod", model.getOwnSettings), own);

    const many = Array.from({ length: unknownSettingsMax }, (_, at) => [`x${at}`, "y"]);
    await assert.rejects(change({ set: Object.fromEntries(many) }), {
      code: "not valid",
      message: `a model cannot have more than ${unknownSettingsMax} settings that are not known`,
    });
    await change({ unset: ["colour", "nosuch"] });
    assert.deepEqual(await store.read("prod", model.getOwnSettings), {
      ...{ size: 7, constructor: true },
    });
  });

  test("a model with a setting that cannot be is not made", async () => {
    await using store = await openStore();

    await assert.rejects(newModel(store, "prod", { settings: { mode: "brave" } }), {
      code: "not valid",
    });
    await assert.rejects(store.read("prod", model.get), { code: "model not found" });
  });
});

test("a setting's name is one word that begins with a letter", () => {
  for (const key of ["", "__proto__", "two words", "1st", "x".repeat(101)]) {
    assert.throws(() => checkSetting(key, "1m"), {
      code: "not valid",
      message: `"${key}" is not a valid name of a setting: expected letters, digits, dots, dashes and underscores, a letter first`,
    });
  }
});

test("every setting's default is one of its values", () => {
  for (const [key, { default: value }] of Object.entries(modelSettings)) {
    assert.deepEqual(checkSetting(key, value), value, key);
  }
});

test("a setting has its type, and what is no text may be given as one", () => {
  for (const [key, value, kept] of [
    ["automatically-retry-hooks", "true", true],
    ["automatically-retry-hooks", "F", false],
    ["num-provision-workers", "3", 3],
    ["resource-tags", "owner=anna cost=low", { owner: "anna", cost: "low" }],
    ["resource-tags", { owner: "anna" }, { owner: "anna" }],
    ["resource-tags", "", {}],
    ["juju-no-proxy", "true", "true"],
  ] as const) {
    assert.deepEqual(checkSetting(key, value), kept, key);
  }
  for (const [key, value, message] of [
    ["automatically-retry-hooks", "yes", 'expected bool, got string("yes")'],
    ["automatically-retry-hooks", 1, "expected bool, got number(1)"],
    ["juju-no-proxy", true, "expected string, got bool(true)"],
    ["juju-no-proxy", null, "expected string, got nothing"],
    ["num-provision-workers", "1.5", 'expected int, got string("1.5")'],
    ["num-provision-workers", "-1", "-1 is negative"],
    ["resource-tags", "owner", 'expected attrs, got string("owner")'],
    ["resource-tags", { cost: 1 }, 'expected attrs, got object({"cost":1})'],
    ["colour", ["red"], 'expected text, got object(["red"])'],
  ] as const) {
    assert.throws(() => checkSetting(key, value), {
      code: "not valid",
      message: `${key}: ${message}`,
    });
  }
});

test("a setting of several values takes none but those", () => {
  for (const [key, value, message] of [
    ["mode", "strict,brave", '"brave" is none of "", requires-prompts, strict'],
    ["provisioner-harvest-mode", "some", '"some" is none of all, none, unknown, destroyed'],
    ["logging-config", "unit", `logger value expected '=', found "unit"`],
    ["max-status-history-size", "big", 'expected a size such as 512M, got "big"'],
    ["max-status-history-age", "old", '"old" is not a duration such as 1h30m, 5m or 90s'],
  ] as const) {
    assert.throws(() => checkSetting(key, value), {
      code: "not valid",
      message: `${key}: ${message}`,
    });
  }
  assert.equal(checkSetting("mode", "strict, requires-prompts"), "strict, requires-prompts");
});

test("update-status runs every minute at most and every hour at least", () => {
  const key = "update-status-hook-interval";
  for (const good of ["1m", "60s", "59m59s", "1h"]) assert.equal(checkSetting(key, good), good);
  for (const bad of ["59s", "1h1s", "0s"]) {
    assert.throws(() => checkSetting(key, bad), {
      code: "not valid",
      message: `${key}: update-status interval "${bad}" is not between 60s and 3600s`,
    });
  }
});

test("a new agent is on probation for a second to an hour", () => {
  const key = "agent-probation";
  for (const good of ["1s", "1h"]) assert.equal(checkSetting(key, good), good);
  for (const bad of ["0s", "1h1s"]) {
    assert.throws(() => checkSetting(key, bad), {
      code: "not valid",
      message: `${key}: probation "${bad}" is not between 1s and 3600s`,
    });
  }
  assert.throws(() => checkSetting(key, "soon"), {
    code: "not valid",
    message: 'agent-probation: "soon" is not a duration such as 1h30m, 5m or 90s',
  });
});

test("the default base is one that there is", () => {
  assert.equal(checkSetting("default-base", "centos@9"), "centos@9");
  for (const [bad, reason] of [
    ["jammy", "expected a form like ubuntu@22.04"],
    ["", "expected a form like ubuntu@22.04"],
    ["debian@12", "the os is none of ubuntu, centos, windows, osx, opensuse, genericlinux"],
  ] as const) {
    assert.throws(() => checkSetting("default-base", bad), {
      code: "not valid",
      message: `default-base: base "${bad}" not valid: ${reason}`,
    });
  }
});
