import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import * as agentBinary from "../agent-binary/agent-binary.ts";
import * as machine from "../machine/machine.ts";
import * as model from "../model/model.ts";
import { controllerScope } from "../scope.ts";
import { after, allRows, newModel, now, suiteOnEachStore } from "../testing.ts";
import * as rollout from "./rollout.ts";
import { type AgentUpgrade, type ChosenVersion, upgradeAgents } from "./upgrade-agents.ts";
import { advanceAll, noteFailure } from "./watch.ts";

const target = { os: "ubuntu", arch: "amd64" };
const nothingNewer = { code: "already exists", message: "no upgrades available" };

suiteOnEachStore("upgrading agents", (openStore) => {
  test("a model goes to its controller's version, with all its machines", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100", "3.6.100"]);
    assert.equal(await upgrade(store), "3.6.101");

    assert.equal((await store.read("prod", model.get)).agentVersion, "3.6.101");
    const [started, ...others] = await store.read("prod", (tx) => rollout.list(tx));
    assert.ok(started);
    assert.deepEqual(others, []);
    const { kind, subject, from, to, startedBy, state, plan, members } = started;
    assert.deepEqual(
      { kind, subject, from, to, startedBy, state },
      {
        ...{ kind: "agents", subject: "prod", from: "3.6.100", to: "3.6.101" },
        ...{ startedBy: "jane", state: "rolling" },
      },
    );
    assert.deepEqual(plan, {
      ...{ waves: [["0", "1"]], inFlightMax: 2, failuresMax: 0, patienceSeconds: 1800 },
    });
    assert.deepEqual(
      members.map(({ stage }) => stage),
      ["upgrading", "upgrading"],
    );
    assert.deepEqual(await desiredVersions(store), ["3.6.101", "3.6.101"]);
  });

  test("a machine that runs the version already is told to stay there", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100", "3.6.101"]);
    await store.write("prod", (tx) => machine.desire(tx, "0", { version: "3.6.101", rollout: 0 }));
    await report(store, "0", "3.6.101");
    await upgrade(store);

    assert.deepEqual(await desiredVersions(store), ["3.6.101", "3.6.101"]);
    await store.write("prod", (tx) => advanceAll(tx, after(1)));
    const [done] = await store.read("prod", (tx) => rollout.list(tx));
    assert.deepEqual(
      done?.members.map(({ id, stage }) => [id, stage]),
      [["1", "upgraded"]],
    );
  });

  test("a dry run finds the same version and changes nothing", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100"]);
    const before = await allRows(store);

    assert.equal(await upgrade(store, { isDryRun: true }), "3.6.101");
    await assert.rejects(upgrade(store, { isDryRun: true, version: "3.6.100" }), nothingNewer);
    assert.deepEqual(await allRows(store), before);
  });

  test("a model may stay behind its controller", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100"]);

    assert.equal(
      await upgrade(store, { version: "3.6.101", controllerVersion: "3.6.102" }),
      "3.6.101",
    );
  });

  test("a model never exceeds its controller", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100"]);

    await assert.rejects(upgrade(store, { version: "3.6.102" }), {
      code: "not valid",
      message:
        'cannot upgrade to a version "3.6.102" greater than that of the controller "3.6.101": ' +
        "upgrade the controller first",
    });
  });

  test("there is nothing to do for a model that is there, or further", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100"]);

    for (const version of ["3.6.100", "3.6.99", "2.9.0"]) {
      await assert.rejects(upgrade(store, { version }), nothingNewer);
    }
    await assert.rejects(upgrade(store, { controllerVersion: "3.6.100" }), nothingNewer);
    assert.deepEqual(await store.read("prod", (tx) => rollout.list(tx)), []);
  });

  test("a version that the controller cannot give is not found", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100"]);
    const missing = (name: string) => ({
      code: "not found",
      message: `no matching agent binaries available: ${name}`,
    });

    const version = "3.6.103";
    await assert.rejects(
      upgrade(store, { version, controllerVersion: version }),
      missing("3.6.103-ubuntu-amd64"),
    );
    await assert.rejects(
      upgrade(store, { target: { os: "ubuntu", arch: "arm64" } }),
      missing("3.6.101-ubuntu-arm64"),
    );
    assert.equal((await store.read("prod", model.get)).agentVersion, "3.6.100");
  });

  test("what is no version is refused", async () => {
    for (const isController of [false, true]) {
      await using store = await newModelWithMachines(openStore, ["3.6.100"], { isController });

      await assert.rejects(upgrade(store, { version: "v3" }), {
        code: "not valid",
        message: 'invalid version "v3": expected one like 3.6.101',
      });
    }
  });

  test("a model that is being destroyed is not upgraded", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100"]);
    await store.write("prod", (tx) => model.setLife(tx, "dying"));

    await assert.rejects(upgrade(store), { code: "not valid", message: "model is not alive" });
  });

  test("machines that are going do not count, and one that has yet to start comes along", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.98", null]);
    await store.write("prod", async (tx) => {
      await machine.setLife(tx, "0", "dying");
      await machine.add(tx, { base: "ubuntu@22.04", nonce: "", desiredVersion: "3.6.100", now });
      await machine.setLife(tx, "1", "dead");
    });
    await upgrade(store);

    const [started] = await store.read("prod", (tx) => rollout.list(tx));
    assert.deepEqual(
      started?.members.map(({ id }) => id),
      ["2"],
    );
  });

  test("a model without machines is upgraded at once", async () => {
    await using store = await newModelWithMachines(openStore, []);
    await upgrade(store);

    const [started] = await store.read("prod", (tx) => rollout.list(tx));
    assert.equal(started?.state, "done");
    await assert.rejects(upgrade(store), nothingNewer);
  });
});

suiteOnEachStore("upgrading a controller's agents", (openStore) => {
  const controller = { isController: true };

  test("a controller goes to the newest patch that it has for its machines", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100"], controller);
    await addBinary(store, "3.6.200", "arm64");
    for (const version of ["3.7.1", "4.6.1"]) await addBinary(store, version);

    assert.equal(await upgrade(store, { controllerVersion: "3.6.100" }), "3.6.102");
  });

  test("a newer patch that is offered is wanted first, and nothing begins before it is there", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100"], controller);
    const offered = ["3.6.105", "3.6.104", "3.7.1"].map((version) => ({ version, ...target }));
    const before = await allRows(store);
    const wanted = { version: "3.6.105", wanted: "3.6.105-ubuntu-amd64" };

    for (const isDryRun of [true, false]) {
      assert.deepEqual(await ask(store, { offered, isDryRun }), wanted);
    }
    assert.deepEqual(await allRows(store), before);
    await addBinary(store, "3.6.105");
    assert.deepEqual(await ask(store, { offered }), { version: "3.6.105" });
  });

  test("an offered binary is not asked for when the upgrade would be refused", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100", "3.6.98"], controller);
    const offered = [{ version: "3.6.105", ...target }];

    await assert.rejects(ask(store, { offered }), { code: "not valid" });
  });

  test("what is offered counts for the controller's own model only", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100"]);
    const offered = [{ version: "3.6.105", ...target }];

    await assert.rejects(
      ask(store, { offered, version: "3.6.105", controllerVersion: "3.6.105" }),
      {
        code: "not found",
      },
    );
  });

  test("without a newer patch there is nothing to do", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.102"], {
      ...{ ...controller, agentVersion: "3.6.102" },
    });
    await assert.rejects(upgrade(store), nothingNewer);

    await using newest = await newModelWithMachines(openStore, ["4.0.0"], {
      ...{ ...controller, agentVersion: "4.0.0" },
    });
    await assert.rejects(upgrade(newest), nothingNewer);
  });

  test("a controller's machines that were left behind are tried again without a version as well", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.102", "3.6.101"], {
      ...{ ...controller, agentVersion: "3.6.102" },
    });
    assert.equal(await upgrade(store), "3.6.102");

    const [retry] = await store.read("prod", (tx) => rollout.list(tx));
    assert.deepEqual([retry?.from, retry?.to], ["3.6.101", "3.6.102"]);
    assert.ok(retry?.members.some(({ id }) => id === "1"));
  });

  test("a controller is not upgraded to another series in place", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100"], controller);
    for (const [version, series] of [
      ["3.7.0", "3.7"],
      ["4.6.0", "4.6"],
    ] as const) {
      await addBinary(store, version);
      await assert.rejects(upgrade(store, { version }), {
        code: "not supported",
        message: `upgrading a controller to a newer major.minor version ${series} not supported`,
      });
    }
    await assert.rejects(upgrade(store, { version: "3.5.9" }), nothingNewer);
    assert.equal(await upgrade(store, { version: "3.6.101" }), "3.6.101");
  });

  test("another model follows its controller to another series", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100"]);
    await addBinary(store, "3.7.0");

    assert.equal(await upgrade(store, { controllerVersion: "3.7.0" }), "3.7.0");
  });
});

suiteOnEachStore("what stands in the way of upgrading agents", (openStore) => {
  const behind = "some agents have not upgraded to the current model version 3.6.100: machine-1";

  test("agents that are behind do, unless they are to be ignored", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100", "3.6.98"]);
    await assert.rejects(upgrade(store), {
      code: "not valid",
      message: `${behind} (override with --ignore-agent-versions)`,
    });

    await upgrade(store, { ignoreAgentVersions: true });
    assert.deepEqual(await desiredVersions(store), ["3.6.101", "3.6.101"]);
  });

  test("an agent that has started and said nothing yet is behind", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.101", null]);

    await assert.rejects(upgrade(store, { isDryRun: true }), {
      code: "not valid",
      message: `${behind} (override with --ignore-agent-versions)`,
    });
  });

  test("an upgrade that is under way does, and everything is told at once, in one line", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100", "3.6.100"]);
    await upgrade(store);
    await report(store, "0", "3.6.101");
    const next = { version: "3.6.102", controllerVersion: "3.6.102" };

    await assert.rejects(upgrade(store, next), {
      code: "upgrade in progress",
      message:
        "upgrade in progress: rollout 1 to 3.6.101; " +
        "some agents have not upgraded to the current model version 3.6.101: machine-1 " +
        "(override with --ignore-agent-versions)",
    });
    await assert.rejects(upgrade(store, { ...next, ignoreAgentVersions: true }), {
      code: "upgrade in progress",
      message: "upgrade in progress: rollout 1 to 3.6.101",
    });
    await assert.rejects(upgrade(store), nothingNewer);
  });

  test("machines that were left behind after a halt are tried again, and only they", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100", "3.6.100"]);
    await upgrade(store);
    await report(store, "0", "3.6.101");
    await store.write("prod", async (tx) => {
      await noteFailure(tx, { machine: "1", rollout: 1, reason: "it crashed", now });
      await advanceAll(tx, after(1));
    });
    assert.equal(await upgrade(store, { isDryRun: true }), "3.6.101");
    assert.equal(await upgrade(store), "3.6.101");

    const [retry] = await store.read("prod", (tx) => rollout.list(tx));
    assert.deepEqual([retry?.from, retry?.to], ["3.6.100", "3.6.101"]);
    assert.deepEqual(
      retry?.members.map(({ id, stage }) => [id, stage]),
      [["1", "upgrading"]],
    );
    assert.equal((await store.read("prod", (tx) => machine.get(tx, "1"))).rollout, 2);
    assert.equal((await store.read("prod", (tx) => machine.get(tx, "0"))).rollout, 1);
    await report(store, "1", "3.6.101");
    await store.write("prod", (tx) => advanceAll(tx, after(2)));
    await assert.rejects(upgrade(store), nothingNewer);
  });

  test("an upgrade that was called off can be followed by the next", async () => {
    await using store = await newModelWithMachines(openStore, ["3.6.100", "3.6.100"]);
    await upgrade(store);
    await store.write("prod", (tx) => rollout.abort(tx, { kind: "agents", subject: "prod", now }));
    for (const id of ["0", "1"]) await report(store, id, "3.6.101");
    await store.write("prod", (tx) => advanceAll(tx, after(1)));

    const next = { version: "3.6.102", controllerVersion: "3.6.102" };
    assert.equal(await upgrade(store, next), "3.6.102");
    const history = await store.read("prod", (tx) => rollout.list(tx));
    assert.deepEqual(
      history.map(({ from, to, state }) => [from, to, state]),
      [
        ["3.6.101", "3.6.102", "rolling"],
        ["3.6.100", "3.6.101", "aborted"],
      ],
    );
  });
});

/** A model at 3.6.100 whose machines' agents run these versions; there are binaries up to 3.6.102. */
async function newModelWithMachines(
  openStore: () => Promise<Store>,
  versions: readonly (string | null)[],
  changes: Partial<model.NewModel> = {},
): Promise<Store> {
  const store = await openStore();
  await newModel(store, "prod", changes);
  for (const version of ["3.6.99", "3.6.101", "3.6.102"]) await addBinary(store, version);
  await store.write("prod", async (tx) => {
    for (const version of versions) {
      const desiredVersion = "3.6.100";
      const id = await machine.add(tx, { base: "ubuntu@22.04", nonce: "", desiredVersion, now });
      const instance = { instanceId: `i-${id}`, addresses: [], hardware: "" };
      await machine.setInstance(tx, id, instance);
      if (version !== null) await machine.report(tx, id, { version, hostname: "" });
    }
  });
  return store;
}

async function addBinary(store: Store, version: string, arch = "amd64"): Promise<void> {
  const binary = { version, os: "ubuntu", arch, sha256: "abc", size: 1 };
  await store.write(controllerScope, (tx) => agentBinary.add(tx, binary));
}

async function upgrade(store: Store, changes: Partial<AgentUpgrade> = {}): Promise<string> {
  const { version, wanted } = await ask(store, changes);
  assert.equal(wanted, undefined);
  return version;
}

function ask(store: Store, changes: Partial<AgentUpgrade>): Promise<ChosenVersion> {
  const asked = { version: "", isDryRun: false, ignoreAgentVersions: false, offered: [] };
  const rest = { controllerVersion: "3.6.101", target, startedBy: "jane", now };
  return store.write("prod", (tx) => upgradeAgents(tx, { ...asked, ...rest, ...changes }));
}

function report(store: Store, id: string, version: string): Promise<void> {
  return store.write("prod", (tx) => machine.report(tx, id, { version, hostname: "" }));
}

async function desiredVersions(store: Store): Promise<string[]> {
  const machines = await store.read("prod", machine.list);
  return machines.map(({ desiredVersion }) => desiredVersion);
}
