import assert from "node:assert/strict";
import { test } from "node:test";
import { ModelConfig } from "#contract/model-config.ts";
import { ModelManager } from "#contract/model-manager.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import { startTestController } from "../testing.ts";

suiteOnEachStore("defaults over the API", (open) => {
  test("defaults of a cloud and of its region are told apart, and reach a new model", async () => {
    await using controller = await startTestController(open);
    await using boss = await controller.connect("user-boss");
    const manager = boss.facade(ModelManager);
    const { name, region } = controller.services.identity.cloud;
    const cloud = { "cloud-tag": `cloud-${name}` };
    await manager.SetModelDefaults({ ...cloud, config: { mode: "strict", colour: "red" } });
    const there = { ...cloud, "cloud-region": region };
    await manager.SetModelDefaults({ ...there, config: { mode: "requires-prompts" } });

    const { config } = await manager.ModelDefaultsForClouds({ tag: cloud["cloud-tag"] });
    assert.deepEqual(config.mode, {
      ...{ default: "requires-prompts", controller: "strict" },
      regions: [{ "region-name": region, value: "requires-prompts" }],
    });
    assert.deepEqual(config.colour, { controller: "red" });
    assert.deepEqual(config["http-proxy"], { default: "" });
    assert.match(config["cloudinit-userdata"]?.note ?? "", /made from no image, /);

    const { uuid } = await manager.CreateModel({ name: "garden" });
    await using own = await controller.connect("user-boss", uuid);
    const settings = (await own.facade(ModelConfig).ModelGet()).config;
    assert.deepEqual(settings.mode, { value: "requires-prompts", source: "region" });
    assert.deepEqual(settings.colour, { value: "red", source: "controller" });

    await manager.UnsetModelDefaults({ ...cloud, keys: ["mode", "colour"] });
    const after = (await manager.ModelDefaultsForClouds({ tag: "" })).config;
    assert.deepEqual([after.mode?.controller, after.colour], [undefined, undefined]);
  });

  test("only administrators of the controller set defaults, and only of what there is", async () => {
    await using controller = await startTestController(open);
    await using anna = await controller.connect("user-anna");
    await using boss = await controller.connect("user-boss");
    const config = { mode: "strict" };
    await assert.rejects(anna.facade(ModelManager).SetModelDefaults({ config }), {
      code: "unauthorized access",
    });
    const { name, region } = controller.services.identity.cloud;
    for (const [where, code, message] of [
      [{ "cloud-tag": "cloud-mars" }, "not found", `cloud "mars" not found, expected "${name}"`],
      [
        { "cloud-region": "north" },
        "not found",
        `region "north" of cloud "${name}" not found, expected "${region}"`,
      ],
      [
        { config: { mode: "brave" } },
        "not valid",
        'mode: "brave" is none of "", requires-prompts, strict',
      ],
    ] as const) {
      const setting = boss.facade(ModelManager).SetModelDefaults({ config, ...where });
      await assert.rejects(setting, { code, message });
    }
  });
});
