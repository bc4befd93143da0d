import assert from "node:assert/strict";
import { test } from "node:test";
import { newModel, suiteOnEachStore } from "../testing.ts";
import { checkSetting, modelSettings } from "./config.ts";
import * as model from "./model.ts";

suiteOnEachStore("model settings", (openStore) => {
  test("a model has every setting from the start", async () => {
    await using store = await openStore();
    await newModel(store);

    assert.deepEqual(await store.read("prod", model.getSettings), {
      "agent-probation": "2m",
      "automatically-retry-hooks": true,
      "charmhub-url": "https://api.charmhub.io",
      "default-base": "ubuntu@22.04/stable",
      "ftp-proxy": "",
      "http-proxy": "",
      "https-proxy": "",
      "juju-ftp-proxy": "",
      "juju-http-proxy": "",
      "juju-https-proxy": "",
      "juju-no-proxy": "127.0.0.1,localhost,::1",
      "no-proxy": "127.0.0.1,localhost,::1",
      "update-status-hook-interval": "5m",
    });
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

  test("a setting that there is not cannot be put back to its default, and nothing changes with it", async () => {
    await using store = await openStore();
    await newModel(store, "prod", { settings: { "agent-probation": "30s" } });
    const known = Object.keys(modelSettings).join(", ");

    await assert.rejects(
      store.write("prod", (tx) =>
        model.changeSettings(tx, { unset: ["agent-probation", "nosuch"] }),
      ),
      { code: "not valid", message: `unknown model setting "nosuch": there are ${known}` },
    );
    assert.deepEqual(await store.read("prod", model.getOwnSettings), { "agent-probation": "30s" });
  });

  test("a model with a setting that cannot be is not made", async () => {
    await using store = await openStore();

    await assert.rejects(newModel(store, "prod", { settings: { nonsense: 1 } }), {
      code: "not valid",
    });
    await assert.rejects(store.read("prod", model.get), { code: "model not found" });
  });
});

test("a setting that there is not is refused with those that there are", () => {
  const known = Object.keys(modelSettings).join(", ");
  for (const key of ["", "Agent-Probation", "constructor", "__proto__"]) {
    assert.throws(() => checkSetting(key, "1m"), {
      code: "not valid",
      message: `unknown model setting "${key}": there are ${known}`,
    });
  }
});

test("a setting has the type of its default, and a truth may be given as text", () => {
  assert.equal(checkSetting("automatically-retry-hooks", "true"), true);
  assert.equal(checkSetting("automatically-retry-hooks", "false"), false);
  assert.equal(checkSetting("juju-no-proxy", "true"), "true");
  for (const [key, value, type] of [
    ["automatically-retry-hooks", "yes", "boolean"],
    ["automatically-retry-hooks", 1, "boolean"],
    ["juju-no-proxy", true, "string"],
    ["juju-no-proxy", null, "string"],
  ] as const) {
    assert.throws(() => checkSetting(key, value), {
      code: "not valid",
      message: `model setting "${key}" expected ${type}, got "${value}"`,
    });
  }
});

test("update-status runs every minute at most and every hour at least", () => {
  const key = "update-status-hook-interval";
  for (const good of ["1m", "60s", "59m59s", "1h"]) assert.equal(checkSetting(key, good), good);
  for (const bad of ["59s", "1h1s", "0s"]) {
    assert.throws(() => checkSetting(key, bad), {
      code: "not valid",
      message: `model setting "${key}": update-status interval "${bad}" is not between 60s and 3600s`,
    });
  }
});

test("a new agent is on probation for a second to an hour", () => {
  const key = "agent-probation";
  for (const good of ["1s", "1h"]) assert.equal(checkSetting(key, good), good);
  for (const bad of ["0s", "1h1s"]) {
    assert.throws(() => checkSetting(key, bad), {
      code: "not valid",
      message: `model setting "${key}": probation "${bad}" is not between 1s and 3600s`,
    });
  }
  assert.throws(() => checkSetting(key, "soon"), {
    code: "not valid",
    message: '"soon" is not a duration such as 1h30m, 5m or 90s',
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
      message: `base "${bad}" not valid: ${reason}`,
    });
  }
});
