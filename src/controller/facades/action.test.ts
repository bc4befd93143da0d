import assert from "node:assert/strict";
import { test } from "node:test";
import { Action } from "#contract/action.ts";
import { AllWatcher } from "#contract/all-watcher.ts";
import { Charms } from "#contract/charms.ts";
import { Client } from "#contract/client.ts";
import { MachineAgent } from "#contract/machine-agent.ts";
import { StringsWatcher } from "#contract/strings-watcher.ts";
import { UnitAgent } from "#contract/unit-agent.ts";
import { deployApp, suiteOnEachStore } from "#domain/testing.ts";
import { shop, startTestController, type TestController } from "../testing.ts";

const actions = "backup: {description: Saves., params: {level: {type: integer, default: 3}}}";
const receiver = "unit-doer-0";
const at = "2026-01-01T00:00:00Z";

async function start(open: Parameters<typeof startTestController>[0]): Promise<TestController> {
  const controller = await startTestController(open);
  await deployApp(controller.store, shop, { name: "doer", actions });
  return controller;
}

suiteOnEachStore("the facade of actions", (open) => {
  test("what is asked for, begun, said and found is told in the words of Juju", async () => {
    await using controller = await start(open);
    await using will = await controller.connect("user-will", shop);
    await using agent = await controller.connect("machine-2", shop);
    const client = will.facade(Action);
    const unit = { unit: "doer/0" };
    const asked = { tag: "", receiver, name: "backup" };
    const enqueued = await client.EnqueueOperation({ actions: [asked] });
    const action = {
      ...{ tag: "action-2", receiver, name: "backup", parameters: { level: 3 } },
      ...{ parallel: false, "execution-group": "" },
    };
    const pending = { action, enqueued: at, status: "pending", message: "" };
    assert.deepEqual(enqueued, { operation: "operation-1", actions: [pending] });

    const { units } = await agent.facade(MachineAgent).Next({ revision: 0 });
    const waiting = { id: 2, status: "pending", parallel: false, "execution-group": "" };
    assert.deepEqual(units[0]?.tasks, [waiting]);
    const facade = agent.facade(UnitAgent);
    assert.deepEqual(await facade.BeginTask({ ...unit, task: 2 }), {
      ...{ id: 2, name: "backup", parameters: { level: 3 } },
    });
    await facade.LogTask({ ...unit, task: 2, message: "half way" });
    const output = { "return-code": 0, stdout: "hi\n", x: { y: "z" } };
    const ending = { id: 2, status: "completed", message: "", output };
    await facade.FinishTask({ ...unit, ending });

    const done = {
      ...{ action, enqueued: at, started: at, completed: at, status: "completed", message: "" },
      ...{ log: [{ timestamp: at, message: "half way" }], output },
    };
    assert.deepEqual(await client.Actions({ tag: "action-2" }), done);
    const { log: _, ...unsaid } = done;
    const operation = {
      ...{ operation: "operation-1", summary: "backup run on unit-doer-0", status: "completed" },
      ...{ enqueued: at, started: at, completed: at },
    };
    assert.deepEqual(await client.Operations({ tag: "operation-1" }), {
      ...operation,
      actions: [done],
    });
    assert.deepEqual(await client.ListOperations({}), {
      results: [{ ...operation, actions: [unsaid] }],
      truncated: false,
    });
  });

  test("a list of operations is as long as one answer holds, and says that there are more", async () => {
    await using controller = await start(open);
    await using will = await controller.connect("user-will", shop);
    await using agent = await controller.connect("machine-2", shop);
    const client = will.facade(Action);
    const facade = agent.facade(UnitAgent);
    const runs = async (id: number, length: number) => {
      await client.EnqueueOperation({ actions: [{ tag: "", receiver, name: "backup" }] });
      await facade.BeginTask({ unit: "doer/0", task: id });
      const output = { stdout: "x".repeat(length) };
      const ending = { id, status: "completed", message: "", output };
      await facade.FinishTask({ unit: "doer/0", ending });
    };
    const listed = async (offset = 0) => {
      const { results, truncated } = await client.ListOperations({ offset });
      return [
        truncated,
        ...results.map(({ operation, actions }) => [operation, "output" in (actions[0] ?? {})]),
      ];
    };

    await runs(2, 800_000);
    await runs(4, 800_000);
    assert.deepEqual(await listed(), [false, ["operation-3", true], ["operation-1", true]]);
    await runs(6, 800_000);
    assert.deepEqual(await listed(), [true, ["operation-5", true], ["operation-3", true]]);
    assert.deepEqual(await listed(2), [false, ["operation-1", true]]);
    await runs(8, 2_500_000);
    assert.deepEqual(await listed(), [true, ["operation-7", false]]);
  });

  test("what cannot be enqueued has its error, with the code that clients look at", async () => {
    await using controller = await start(open);
    await using will = await controller.connect("user-will", shop);
    const client = will.facade(Action);
    const asked = ["unit-doer-9", "doer/leader", "machine-0", "relation-0"].map((each) => ({
      ...{ tag: "", receiver: each, name: "backup" },
    }));
    const { actions: results } = await client.EnqueueOperation({ actions: asked.slice(0, 3) });
    assert.deepEqual(
      results.map(({ error }) => [error?.code, error?.message]),
      [
        ["not found", 'unit "doer/9" not found'],
        ["not found", 'could not determine leader for "doer"'],
        ["not valid", 'action "backup" is for units, not for machine 0'],
      ],
    );
    await assert.rejects(client.EnqueueOperation({ actions: asked }), { code: "not valid" });
    await assert.rejects(client.EnqueueOperation({ actions: [] }), { code: "bad request" });
    const exec = { tag: "", receiver, name: "juju-exec", parameters: { command: "reboot" } };
    await assert.rejects(client.EnqueueOperation({ actions: [exec] }), {
      message: '"juju-exec" is not the name of an action',
    });
    for (const tag of ["action-99", "operation-1", "action-x"]) {
      await assert.rejects(client.Actions({ tag }), (error: { code?: string }) =>
        ["not found", "not valid"].includes(error.code ?? ""),
      );
    }
  });

  test("commands are for units, for all of an application, and for machines, and for admins", async () => {
    await using controller = await start(open);
    await using anna = await controller.connect("user-anna", shop);
    await using will = await controller.connect("user-will", shop);
    const commands = { commands: "uptime", timeout: 5e9 };
    await assert.rejects(will.facade(Action).Run({ ...commands, units: [receiver] }), {
      code: "unauthorized access",
    });
    const client = anna.facade(Action);
    const units = [receiver, receiver];
    const targets = { units, machines: ["machine-0"], applications: ["mysql", "mysql"] };
    const run = await client.Run({ ...commands, ...targets });
    const receivers = run.actions.map(({ action }) => action?.receiver);
    assert.deepEqual(receivers, [receiver, "machine-0", "unit-mysql-0", "unit-mysql-1"]);
    assert.deepEqual(run.actions[0]?.action?.parameters, {
      ...{ command: "uptime", timeout: 5e9, "workload-context": false },
    });
    const all = await client.RunOnAllMachines(commands);
    assert.deepEqual(
      all.actions.map(({ action }) => action?.receiver),
      ["machine-0", "machine-1", "machine-2"],
    );
    await assert.rejects(client.RunOnAllMachines({ commands: " " }), {
      message: "no commands specified",
    });

    await using agent = await controller.connect("machine-0", shop);
    const facade = agent.facade(MachineAgent);
    const { tasks } = await facade.Next({ revision: 0 });
    assert.deepEqual(
      tasks.map(({ id }) => id),
      [3, 7],
    );
    assert.equal((await facade.BeginTask({ task: 3 })).name, "juju-exec");
    await assert.rejects(facade.BeginTask({ task: 8 }), { message: 'task "8" not found' });
  });

  test("who watches a task hears at once what it says, and nothing twice", async () => {
    await using controller = await start(open);
    await using anna = await controller.connect("user-anna", shop);
    await using agent = await controller.connect("machine-2", shop);
    const client = anna.facade(Action);
    await client.EnqueueOperation({ actions: [{ tag: "", receiver, name: "backup" }] });
    const facade = agent.facade(UnitAgent);
    const say = (message: string) => facade.LogTask({ unit: "doer/0", task: 2, message });
    await facade.BeginTask({ unit: "doer/0", task: 2 });
    await say("one");
    const { "watcher-id": id } = await client.WatchActionsProgress({ tag: "action-2" });
    const next = () => anna.facade(StringsWatcher).Next({ id });
    const toText = (message: string) => JSON.stringify({ timestamp: at, message });
    assert.deepEqual(await next(), { "watcher-id": id, changes: [toText("one")] });
    const waiting = next();
    await say("two");
    assert.deepEqual((await waiting).changes, [toText("two")]);
    const stopped = assert.rejects(next(), { code: "stopped" });
    await anna.facade(StringsWatcher).Stop({ id });
    await stopped;
  });

  test("who watches the model hears of tasks", async () => {
    await using controller = await start(open);
    await using anna = await controller.connect("user-anna", shop);
    await anna
      .facade(Action)
      .EnqueueOperation({ actions: [{ tag: "", receiver, name: "backup" }] });
    const { "watcher-id": id } = await anna.facade(Client).WatchAll();
    const { deltas } = await anna.facade(AllWatcher).Next({ id });
    const told = (deltas as [string, string, object][]).filter(([kind]) => kind === "action");
    assert.deepEqual(told, [
      [
        "action",
        "change",
        {
          ...{ "model-uuid": shop, id: "2", receiver: "doer/0", name: "backup" },
          ...{ status: "pending", message: "", enqueued: at, started: "", completed: "" },
        },
      ],
    ]);
  });

  test("the actions of an application are those of its charm, with their schemas", async () => {
    await using controller = await start(open);
    await using rita = await controller.connect("user-rita", shop);
    const client = rita.facade(Action);
    assert.deepEqual(await client.ApplicationsCharmsActions({ tag: "application-doer" }), {
      "application-tag": "application-doer",
      actions: {
        backup: {
          description: "Saves.",
          params: {
            ...{ type: "object", title: "backup", description: "Saves." },
            properties: { level: { type: "integer", default: 3 } },
          },
        },
      },
    });
    const { actions: known } = await rita.facade(Charms).CharmInfo({ url: "local:doer-0" });
    const { specs } = known as { readonly specs: Readonly<Record<string, { params: object }>> };
    assert.deepEqual(Object.keys(specs.backup?.params ?? {}).length, 4);
    const { actions: none } = await client.ApplicationsCharmsActions({ tag: "application-mysql" });
    assert.deepEqual(none, {});
  });
});
