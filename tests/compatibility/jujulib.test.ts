import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import AllWatcherV3 from "@canonical/jujulib/dist/api/facades/all-watcher/AllWatcherV3.js";
import ApplicationV19 from "@canonical/jujulib/dist/api/facades/application/ApplicationV19.js";
import CharmsV7 from "@canonical/jujulib/dist/api/facades/charms/CharmsV7.js";
import ClientV8 from "@canonical/jujulib/dist/api/facades/client/ClientV8.js";
import ControllerV12 from "@canonical/jujulib/dist/api/facades/controller/ControllerV12.js";
import ModelConfigV3 from "@canonical/jujulib/dist/api/facades/model-config/ModelConfigV3.js";
import ModelManagerV9 from "@canonical/jujulib/dist/api/facades/model-manager/ModelManagerV9.js";
import ModelUpgraderV1 from "@canonical/jujulib/dist/api/facades/model-upgrader/ModelUpgraderV1.js";
import PingerV1 from "@canonical/jujulib/dist/api/facades/pinger/PingerV1.js";
import { packFolder } from "#charm/pack.ts";
import { upload } from "#client/transfer.ts";
import { AllWatcher } from "#contract/all-watcher.ts";
import { Application } from "#contract/application.ts";
import { Charms } from "#contract/charms.ts";
import { Client } from "#contract/client.ts";
import { Controller } from "#contract/controller.ts";
import { ModelConfig } from "#contract/model-config.ts";
import { ModelManager } from "#contract/model-manager.ts";
import { ModelUpgrader } from "#contract/model-upgrader.ts";
import { Pinger } from "#contract/pinger.ts";
import type { Schema } from "#contract/wire.ts";
import { currentVersion } from "#release/current.ts";
import { root } from "../../scripts/bundle.ts";
import { nextVersion } from "../../scripts/next-version.ts";
import type { Scratch } from "../../scripts/scratch.ts";
import { bootstrapped } from "../journeys/cloud.ts";
import { waysTo } from "../journeys/ways.ts";
import { facadeOf, type Juju, logIn, type Peer } from "./jujulib.ts";

test("a program on jujulib makes, watches, upgrades and removes what it runs", async (t) => {
  await using scratch = await bootstrapped();
  const { password, shop, ...peer } = await waysTo(scratch);
  const boss = { username: "admin", password };
  const toController = () => logIn(peer, boss);
  const toShop = () => logIn({ ...peer, model: shop }, boss);

  await t.test("a wrong password is refused in the words that it knows", async () => {
    await assert.rejects(logIn(peer, { ...boss, password: "wrong" }), {
      message: "Have you been granted permission to a model on this controller?",
    });
  });

  await t.test("the controller's connection lists the models and says how they are", async () => {
    using juju = await toController();
    assert.equal(juju.connection.info.serverVersion, currentVersion);
    assert.equal(juju.connection.info.user?.identity, "user-admin");
    await facadeOf(juju, Pinger, PingerV1).ping(null);
    const { config } = await facadeOf(juju, Controller, ControllerV12).controllerConfig(null);
    assert.equal(config["controller-name"], "demo");
    const manager = facadeOf(juju, ModelManager, ModelManagerV9);

    const listed = await manager.listModels({ tag: "user-admin" });
    const info = await manager.modelInfo({ entities: [{ tag: `model-${shop}` }] });
    const { models } = await manager.modelStatus({ entities: [{ tag: `model-${shop}` }] });

    assertIsAsSaid(ModelManager.methods.ListModels.result, listed);
    assertIsAsSaid(ModelManager.methods.ModelInfo.result, info.results[0]);
    assertIsAsSaid(ModelManager.methods.ModelStatus.result, models[0]);
    assert.deepEqual(
      listed["user-models"].map(({ model }) => model.name),
      ["controller", "shop"],
    );
    assert.equal(info.results[0]?.result?.users[0]?.user, "admin");
    assert.equal(models[0]?.life, "alive");
  });

  await t.test("what it deploys, configures, upgrades and removes comes as deltas", async () => {
    using juju = await toShop();
    const application = facadeOf(juju, Application, ApplicationV19);
    const watch = await startWatch(juju);
    await watch.until("the model, with its settings", ([kind, , entity]) => {
      const { name, config } = entity as { name?: string; config?: { name?: string } };
      return kind === "model" && name === "shop" && config?.name === "shop";
    });

    const first = await uploadCharm(scratch, { ...peer, password, model: shop }, "greeter");
    assert.equal(first, "local:greeter-0");
    assert.deepEqual(await application.deploy({ applications: [toDeploy("greeter", first)] }), {
      results: [{}],
    });
    await watch.until("the unit says hello", unitSays("greeter/0", "Hello"));
    const again = await application.deploy({ applications: [toDeploy("greeter", first)] });
    const message = 'cannot add application "greeter": application already exists';
    assert.deepEqual(again, { results: [{ error: { message, code: "already exists" } }] });

    const set = { application: "greeter", generation: "", "config-yaml": "" };
    await application.setConfigs({ Args: [{ ...set, config: { greeting: "Salut" } }] });
    await watch.until("the unit says what it was told to", unitSays("greeter/0", "Salut"));

    const second = await uploadCharm(scratch, { ...peer, password, model: shop }, "greeter-2");
    assert.equal(second, "local:greeter-1");
    const flags = { force: false, "force-base": false, "force-units": false };
    const how = { ...flags, channel: "", generation: "" };
    await application.setCharm({ application: "greeter", "charm-url": second, ...how });
    const says = unitSays("greeter/0", "Salut!");
    await watch.until("the unit runs the new charm, and says so", (delta) => {
      return says(delta) && (delta[2] as { "charm-url"?: string })["charm-url"] === second;
    });

    const info = await facadeOf(juju, Charms, CharmsV7).charmInfo({ url: second });
    assertIsAsSaid(Charms.methods.CharmInfo.result, info);
    assert.equal(info.meta?.name, "greeter");
    const got = await application.get({ application: "greeter", branch: "" });
    assertIsAsSaid(Application.methods.Get.result, got);
    assert.equal(got.config.greeting.value, "Salut");
    const status = await facadeOf(juju, Client, ClientV8).fullStatus({ patterns: [] });
    assertIsAsSaid(Client.methods.FullStatus.result, status);
    const { charm, units } = status.applications.greeter ?? {};
    assert.equal(charm, second);
    assert.equal(units?.["greeter/0"]?.["workload-status"].info, "Salut!");

    const end = { "application-tag": "application-greeter", force: false };
    const ended = await application.destroyApplication({ applications: [end] });
    assert.deepEqual(ended.results?.[0]?.info?.["destroyed-units"], [{ tag: "unit-greeter-0" }]);
    await watch.until("the application is gone", ([kind, change, entity]) => {
      return kind === "application" && change === "remove" && "name" in (entity as object);
    });
    await watch.stop();
  });

  await t.test("it upgrades the controller, which goes away and comes back", async () => {
    await scratch.jumar(`sync-agent-binary --agent-version ${nextVersion}`);
    using juju = await toController();
    const { "user-models": models } = await facadeOf(juju, Controller, ControllerV12).allModels(
      null,
    );
    const uuid = models.find(({ model }) => model.name === "controller")?.model.uuid ?? "";

    assert.deepEqual(await upgrade(juju, uuid), { "chosen-version": nextVersion });
    await juju.closed;

    await scratch.until("the controller runs the next version", async () => {
      if ((await scratch.run(["status", "-m", "controller"])).status !== 0) return false;
      using own = await logIn({ ...peer, model: uuid }, boss);
      return (await versionsOf(own)).every((version) => version === nextVersion);
    });
  });

  await t.test("it upgrades the model, which has the version that it asked for", async () => {
    using juju = await toController();
    using own = await toShop();
    assert.deepEqual(await versionsOf(own), [currentVersion]);

    assert.deepEqual(await upgrade(juju, shop), { "chosen-version": nextVersion });

    assert.deepEqual(await versionsOf(own), [nextVersion]);
  });

  await t.test("a model that it made and destroys is not found", async () => {
    using juju = await toController();
    const manager = facadeOf(juju, ModelManager, ModelManagerV9);
    const made = await manager.createModel({ name: "blog", "owner-tag": "user-admin" });
    assertIsAsSaid(ModelManager.methods.CreateModel.result, made);
    using blog = await logIn({ ...peer, model: made.uuid }, boss);
    const { config } = await facadeOf(blog, ModelConfig, ModelConfigV3).modelGet(null);
    assert.ok("default-base" in config && "charmhub-url" in config);

    const tag = `model-${made.uuid}`;
    assert.deepEqual(await manager.destroyModels({ models: [{ "model-tag": tag }] }), {
      results: [{}],
    });
    await scratch.until("the model is gone", async () => {
      const { models } = await manager.modelStatus({ entities: [{ tag }] });
      return models[0]?.error?.code === "not found";
    });
  });
});

/** The client itself sends no files; programs on it send them over plain HTTPS. */
async function uploadCharm(
  scratch: Scratch,
  { password, model, ...peer }: Peer & { readonly password: string },
  name: string,
): Promise<string> {
  const file = join(scratch.folder, `${name}.zip`);
  await packFolder(join(root, "examples", "charms", name), file);
  const answer = await upload(
    { ...peer, login: { tag: "user-admin", password } },
    {
      path: `/model/${model}/charms?series=jammy`,
      file,
      headers: { "Content-Type": "application/zip" },
    },
    AbortSignal.timeout(30_000),
  );
  return (answer as { readonly "charm-url": string })["charm-url"];
}

function toDeploy(application: string, url: string) {
  const none = { channel: "", "config-yaml": "", constraints: {}, Force: false };
  return { ...none, application, "charm-url": url, "num-units": 1 };
}

type Delta = readonly [kind: string, change: string, entity: unknown];

/** Deltas as they come; `until` reads on to one that is as wanted, `stop` sees that Next hears of it. */
async function startWatch(juju: Juju) {
  const watcher = facadeOf(juju, AllWatcher, AllWatcherV3);
  const { "watcher-id": id } = await facadeOf(juju, Client, ClientV8).watchAll(null);
  let unread: Delta[] = [];
  return {
    async until(what: string, isWanted: (delta: Delta) => boolean): Promise<void> {
      for (;;) {
        const at = unread.findIndex(isWanted);
        unread = unread.slice(at + 1);
        if (at >= 0) return;
        const patience = AbortSignal.timeout(60_000);
        const late = new Promise<never>((_, reject) => {
          patience.onabort = () => reject(new Error(`no delta came: ${what}`));
        });
        unread = (await Promise.race([watcher.next({ id }), late])).deltas;
        assert.ok(unread.length > 0, "an answer has something to say");
      }
    },
    async stop(): Promise<void> {
      const waiting = assert.rejects(drain(watcher, id), { message: "watcher was stopped" });
      await watcher.stop({ id });
      await waiting;
    },
  };
}

async function drain(watcher: AllWatcherV3, id: string): Promise<void> {
  for (;;) await watcher.next({ id });
}

function unitSays(name: string, message: string): (delta: Delta) => boolean {
  return ([kind, , entity]) => {
    const unit = entity as { name?: string; "workload-status"?: { message: string } };
    return kind === "unit" && unit.name === name && unit["workload-status"]?.message === message;
  };
}

async function upgrade(juju: Juju, model: string) {
  const asked = { "model-tag": `model-${model}`, "target-version": nextVersion };
  return facadeOf(juju, ModelUpgrader, ModelUpgraderV1).upgradeModel(asked);
}

/** Of the connection's model, and of its machines. */
async function versionsOf(juju: Juju): Promise<readonly string[]> {
  const { model, machines } = await facadeOf(juju, Client, ClientV8).fullStatus({ patterns: [] });
  const agents = Object.values(machines).map((machine) => machine["agent-status"].version);
  return [model.version, ...agents];
}

/** The answer holds everything that the contract says, in its types, and nothing else. */
function assertIsAsSaid(schema: Schema, answer: unknown): void {
  assert.deepEqual(JSON.parse(JSON.stringify(schema.parse(answer))), answer);
}
