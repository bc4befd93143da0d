import assert from "node:assert/strict";
import { test } from "node:test";
import { Application } from "#contract/application.ts";
import { Client } from "#contract/client.ts";
import { MachineManager } from "#contract/machine-manager.ts";
import { ModelConfig } from "#contract/model-config.ts";
import { NotifyWatcher } from "#contract/notify-watcher.ts";
import * as machine from "#domain/machine/machine.ts";
import * as status from "#domain/status/status.ts";
import { now, provisionAll, runAll, suiteOnEachStore } from "#domain/testing.ts";
import * as unit from "#domain/unit/unit.ts";
import { shop, startTestController } from "../testing.ts";

suiteOnEachStore("the facade of machines", (open) => {
  test("a machine is added with its base and its constraints, which are told", async () => {
    await using controller = await startTestController(open);
    await using will = await controller.connect("user-will", shop);
    await will.facade(ModelConfig).SetModelConstraints({ constraints: { cores: 2 } });
    const constraints = { mem: 1024, tags: ["fast"], "virt-type": "", spaces: ["alpha"] };
    const base = { name: "ubuntu", channel: "24.04/stable" };
    const added = await will.facade(MachineManager).AddMachines({
      ...{ constraints, base, jobs: ["JobHostUnits"] },
    });
    assert.deepEqual(added, { machine: "2", unsupported: ["tags"] });

    const { machines } = await will.facade(Client).FullStatus({});
    assert.deepEqual(machines["2"]?.base, { name: "ubuntu", channel: "24.04" });
    assert.equal(machines["2"]?.constraints, "cores=2 mem=1024M tags=fast spaces=alpha virt-type=");
  });

  test("what no machine here can have is refused, and none is added", async () => {
    await using controller = await startTestController(open);
    await using will = await controller.connect("user-will", shop);
    const { arch } = controller.services.identity.target;
    for (const [params, message] of [
      [{ disks: [{}] }, "the cloud has no disks to add: a machine has the disk of its host"],
      [{ "container-type": "lxd" }, 'the cloud has no containers, such as "lxd"'],
      [
        { "instance-id": "i-1" },
        'a machine that is there already, such as "i-1", cannot be added yet',
      ],
      [
        { constraints: { arch: "s390x" } },
        `invalid constraint value: arch=s390x: valid values are: [${arch}]`,
      ],
      [
        { placement: { scope: "lxd", directive: "0" } },
        'cannot add a machine at "lxd:0": the cloud has neither zones nor containers nor hosts of its own to choose from',
      ],
    ] as const) {
      await assert.rejects(will.facade(MachineManager).AddMachines(params), { message });
    }
    assert.equal((await controller.store.read(shop, machine.list)).length, 2);
  });

  test("each machine is removed or refused by itself, and a dry run removes none", async () => {
    await using controller = await startTestController(open);
    await using will = await controller.connect("user-will", shop);
    const facade = will.facade(MachineManager);
    await facade.AddMachines({});
    const tags = { "machine-tags": ["machine-0", "machine-2", "machine-9"] };
    const kinds = async (params: object) =>
      (await facade.DestroyMachineWithParams({ ...tags, ...params })).results.map((each) =>
        each.info ? each.info["destroyed-units"] : (each.error as { code: string }).code,
      );
    const lives = async () => {
      const machines = await controller.store.read(shop, machine.list);
      return machines.map(({ life }) => life);
    };
    assert.deepEqual(await kinds({ "dry-run": true }), ["not valid", [], "not found"]);
    const along = [{ tag: "unit-mysql-0" }];
    assert.deepEqual(await kinds({ "dry-run": true, force: true }), [along, [], "not found"]);
    assert.deepEqual(await lives(), ["alive", "alive", "alive"]);

    await provisionAll(controller.store, shop);
    assert.deepEqual(await kinds({ force: true }), [along, [], "not found"]);
    assert.deepEqual(await lives(), ["dying", "alive", "dying"]);
    assert.deepEqual(await kinds({ force: true, "max-wait": 0 }), [along, [], "not found"]);
    assert.deepEqual(await lives(), ["dead", "alive", "dead"]);
    const units = await controller.store.read(shop, (tx) => unit.list(tx));
    assert.deepEqual(
      units.map(({ name }) => name),
      ["mysql/1"],
    );
  });

  test("a machine that could not be started is tried again, and no other", async () => {
    await using controller = await startTestController(open);
    await using will = await controller.connect("user-will", shop);
    const facade = will.facade(MachineManager);
    const now = controller.clock.now();
    const entity = status.entities.instance("1");
    const failed = { entity, status: "provisioning error", message: "no room", now };
    await controller.store.write(shop, (tx) => status.set(tx, failed));
    const { results } = await facade.RetryProvisioning({ machines: ["machine-0", "machine-7"] });
    assert.deepEqual(
      results.map(({ error }) => (error as { message: string }).message),
      ["machine 0 is not in an error state", "machine 7 not found"],
    );
    assert.deepEqual((await facade.RetryProvisioning({ all: true })).results, [{}]);
    const said = await controller.store.read(shop, (tx) => status.find(tx, entity));
    assert.equal(said?.status, "pending");
  });

  test("an application's constraints take the place of those before, and are told", async () => {
    await using controller = await startTestController(open);
    await using will = await controller.connect("user-will", shop);
    const facade = will.facade(Application);
    const get = async () => (await facade.GetConstraints({ tag: "application-mysql" })).constraints;
    assert.deepEqual(await get(), {});
    await facade.SetConstraints({ application: "mysql", constraints: { mem: 512, cores: 1 } });
    const last = { application: "mysql", constraints: { "cpu-power": 3, mem: 0 } };
    assert.deepEqual((await facade.SetConstraints(last)).unsupported, ["cpu-power"]);
    assert.deepEqual(await get(), { "cpu-power": 3, mem: 0 });
    assert.deepEqual((await facade.Get({ application: "mysql" })).constraints, await get());

    for (const call of [
      facade.GetConstraints({ tag: "application-other" }),
      facade.SetConstraints({ application: "other", constraints: {} }),
    ]) {
      await assert.rejects(call, { code: "not found", message: 'application "other" not found' });
    }
  });

  test("whoever watches the upgrade of a machine is told each thing once, and status how far it is", async () => {
    await using controller = await startTestController(open);
    await runAll(controller.store, shop);
    await using will = await controller.connect("user-will", shop);
    const facade = will.facade(MachineManager);
    const machine = { tag: "machine-0" };
    await controller.store.write(shop, async (tx) => {
      for (const { name } of await unit.list(tx, { machine: "0" })) {
        const entity = status.entities.unitAgent(name);
        await status.set(tx, { entity, status: "idle", now });
      }
    });
    const wanted = { tag: machine, channel: "24.04/stable" };
    const { "unit-names": names } = await facade.UpgradeSeriesValidate(wanted);
    assert.deepEqual(names, ["mysql/0"]);
    const { NotifyWatcherId: id } = await facade.WatchUpgradeSeriesNotifications(machine);
    const watcher = will.facade(NotifyWatcher);
    await watcher.Next({ id });
    const news = watcher.Next({ id });
    assert.deepEqual(await facade.UpgradeSeriesPrepare(wanted), {});
    await news;

    const asked = { entity: machine, "watcher-id": id };
    const started = 'machine-0 started upgrade from "ubuntu@22.04" to "ubuntu@24.04"';
    assert.deepEqual(await facade.GetUpgradeSeriesMessages(asked), {
      ...{ result: [started], state: "prepare running" },
    });
    assert.deepEqual((await facade.GetUpgradeSeriesMessages(asked)).result, []);
    const { machines } = await will.facade(Client).FullStatus({});
    assert.equal(machines["0"]?.["instance-status"].info, "series upgrade: prepare running");
    const { error } = await facade.UpgradeSeriesPrepare(wanted);
    assert.match(error?.message ?? "", /^upgrade series lock found for "0"; /);
    await watcher.Stop({ id });
    await assert.rejects(watcher.Next({ id }), { code: "not found" });
  });
});
