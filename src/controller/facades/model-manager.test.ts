import assert from "node:assert/strict";
import { test } from "node:test";
import { Controller } from "#contract/controller.ts";
import { ModelConfig } from "#contract/model-config.ts";
import { ModelManager } from "#contract/model-manager.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import {
  blog,
  controllerModel,
  nowhere,
  shop,
  startTestController,
  type TestController,
} from "../testing.ts";

suiteOnEachStore("the facades of models", (open) => {
  test("a model is its maker's, with what was asked for, and is told as it is", async () => {
    await using controller = await startTestController(open);
    await using lola = await controller.connect("user-lola");
    const made = await lola.facade(ModelManager).CreateModel({
      ...{ name: "garden", config: { "update-status-hook-interval": "1m" } },
      ...{ "cloud-tag": "cloud-local", "owner-tag": "user-lola" },
    });
    assert.equal(made["owner-tag"], "user-lola");
    assert.equal(made.status.status, "available");
    assert.deepEqual(made.users, [
      {
        "model-tag": `model-${made.uuid}`,
        user: "lola",
        "display-name": "",
        "last-connection": null,
        access: "admin",
      },
    ]);
    const { result } = await lola.facade(ModelManager).ModelInfo({ tag: `model-${made.uuid}` });
    assert.deepEqual(result, made);
    await using own = await controller.connect("user-lola", made.uuid);
    const { config } = await own.facade(ModelConfig).ModelGet();
    assert.deepEqual(config["update-status-hook-interval"], { value: "1m", source: "model" });
    assert.deepEqual(config.name, { value: "garden", source: "model" });
    assert.equal(config["charmhub-url"]?.source, "default");
  });

  test("what cannot be made is refused, and is not there", async () => {
    await using controller = await startTestController(open);
    await using anna = await controller.connect("user-anna");
    await using boss = await controller.connect("user-boss");
    const before = await namesFor(controller, "user-boss");
    const refusals = [
      [
        { name: "shop" },
        "already exists",
        /^failed to create new model: model "shop" for anna already exists$/,
      ],
      [{ name: "My Shop" }, "not valid", /^"My Shop" is not a valid name: /],
      [
        { name: "x", config: { mode: "brave" } },
        "not valid",
        /^mode: "brave" is none of "", requires-prompts, strict$/,
      ],
      [
        { name: "x", "cloud-tag": "cloud-mars" },
        "not found",
        /^cloud "mars" not found, expected "local"$/,
      ],
      [
        { name: "x", config: { "agent-version": "3.6.1" } },
        "not valid",
        /^agent-version "3\.6\.1" is not the controller's "3\.6\.100"$/,
      ],
      [{ name: "x", "owner-tag": "user-nick" }, "unauthorized access", /^permission denied$/],
    ] as const;
    for (const [params, code, message] of refusals) {
      await assert.rejects(anna.facade(ModelManager).CreateModel(params), { code, message });
    }
    const stranger = boss.facade(ModelManager).CreateModel({ name: "x", "owner-tag": "user-eve" });
    await assert.rejects(stranger, { code: "not found", message: 'user "eve" not found' });
    assert.deepEqual(await namesFor(controller, "user-boss"), before);
  });

  test("everybody sees their own models, and a superuser can ask for all", async () => {
    await using controller = await startTestController(open);
    assert.deepEqual(await namesFor(controller, "user-rita"), ["shop"]);
    assert.deepEqual(await namesFor(controller, "user-lola"), []);
    await using boss = await controller.connect("user-boss");
    const { "user-models": all } = await boss.facade(Controller).AllModels();
    assert.deepEqual(
      all.map(({ model }) => model.name),
      ["blog", "controller", "shop"],
    );
    const summaries = boss.facade(ModelManager);
    const { results } = await summaries.ListModelSummaries({ "user-tag": "user-boss", all: true });
    assert.deepEqual(
      results.map(({ result }) => [
        result?.name,
        result?.["user-access"],
        ...(result?.counts ?? []).map(({ entity, count }) => `${count} ${entity}`),
      ]),
      [
        ["blog", "", "2 machines", "2 units"],
        ["controller", "admin", "1 machines", "0 units"],
        ["shop", "", "2 machines", "2 units"],
      ],
    );
    await using rita = await controller.connect("user-rita");
    const own = await rita.facade(ModelManager).ListModelSummaries({ all: true });
    assert.deepEqual(
      own.results.map(({ result }) => [result?.name, result?.["user-access"]]),
      [["shop", "read"]],
    );
  });

  test("what there is not and what one may not see are told apart only to those who may know", async () => {
    await using controller = await startTestController(open);
    await using rita = await controller.connect("user-rita");
    const facade = rita.facade(ModelManager);
    await assert.rejects(facade.ModelInfo({ tag: `model-${nowhere}` }), {
      code: "not found",
      message: `model "${nowhere}" not found`,
    });
    await assert.rejects(facade.ModelInfo({ tag: `model-${blog}` }), {
      code: "unauthorized access",
      message: "permission denied",
    });
    const status = await facade.ModelStatus({ tag: `model-${shop}` });
    assert.deepEqual(
      [status.life, status["unit-count"], status["application-count"]],
      ["alive", 2, 1],
    );
    assert.deepEqual(
      status.machines.map(({ id, status: word }) => [id, word]),
      [
        ["0", "pending"],
        ["1", "pending"],
      ],
    );
  });

  test("an owner shares and unshares, and hears of what changes nothing", async () => {
    await using controller = await startTestController(open);
    await using anna = await controller.connect("user-anna");
    const modify = (action: string, access: string, user = "lola") =>
      anna.facade(ModelManager).ModifyModelAccess({
        ...{ action, access, "user-tag": `user-${user}`, "model-tag": `model-${shop}` },
      });
    await modify("grant", "write");
    assert.deepEqual(await namesFor(controller, "user-lola"), ["shop"]);
    await assert.rejects(modify("grant", "read"), {
      code: "already exists",
      message: 'user already has "write" access or greater',
    });
    await modify("revoke", "write");
    await using lola = await controller.connect("user-lola", shop);
    assert.equal(lola.login["user-info"]?.["model-access"], "read");
    await modify("revoke", "read");
    await assert.rejects(controller.connect("user-lola", shop), { message: "permission denied" });
    await assert.rejects(modify("grant", "superuser"), { code: "not valid" });
    await assert.rejects(modify("lend", "read"), { message: 'unknown action "lend"' });
    await assert.rejects(modify("grant", "read", "eve"), { message: 'user "eve" not found' });
  });

  test("settings are set and put back all or none, and what is fixed stays", async () => {
    await using controller = await startTestController(open);
    await using anna = await controller.connect("user-anna", shop);
    const facade = anna.facade(ModelConfig);
    const interval = async () => (await facade.ModelGet()).config["update-status-hook-interval"];
    const standard = await interval();
    assert.deepEqual(standard, { value: "5m", source: "default" });

    const config = { "update-status-hook-interval": "1m" };
    await assert.rejects(facade.ModelSet({ config: { ...config, name: "other" } }), {
      code: "not valid",
      message: 'cannot change name from "shop" to "other"',
    });
    await assert.rejects(facade.ModelSet({ config: { ...config, mode: 1 } }), {
      code: "not valid",
    });
    assert.deepEqual(await interval(), standard);
    await facade.ModelSet({ config });
    assert.deepEqual(await interval(), { value: "1m", source: "model" });
    await facade.ModelUnset({ keys: ["update-status-hook-interval"] });
    assert.deepEqual(await interval(), standard);
  });

  test("on a connection to the controller settings are those of its own model", async () => {
    await using controller = await startTestController(open);
    await using boss = await controller.connect("user-boss");
    const { config } = await boss.facade(ModelConfig).ModelGet();
    assert.equal(config.uuid?.value, controllerModel);
    assert.equal(config.name?.value, "controller");
  });

  test("a controller with models is not destroyed unless they go as well", async () => {
    await using controller = await startTestController(open);
    await using boss = await controller.connect("user-boss");
    const facade = boss.facade(Controller);
    await assert.rejects(facade.DestroyController({ "destroy-models": false }), {
      code: "controller has hosted models",
      message: "controller has hosted models: nick/blog, anna/shop",
    });
    await facade.DestroyController({ "destroy-models": true });
    const { life } = await facade.ModelStatus({ tag: `model-${shop}` });
    assert.equal(life, "dying");
    await assert.rejects(
      boss.facade(ModelManager).DestroyModels({ "model-tag": `model-${controllerModel}` }),
    );
  });
});

async function namesFor(controller: TestController, tag: string): Promise<readonly string[]> {
  await using connection = await controller.connect(tag);
  const { "user-models": models } = await connection.facade(ModelManager).ListModels({ tag });
  return models.map(({ model }) => model.name);
}
