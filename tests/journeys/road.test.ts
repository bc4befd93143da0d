import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { StatusDocument } from "#cli/status/status-document.ts";
import { currentVersion } from "#release/current.ts";
import { nextVersion } from "../../scripts/next-version.ts";
import { Scratch } from "../../scripts/scratch.ts";
import { findUnit, isSettled, machineFolderOf } from "./cloud.ts";

const greeters = ["greeter/0", "greeter/1", "greeter/2"];

function versionsOf({ machines }: StatusDocument): readonly (string | undefined)[] {
  return Object.values(machines).map((machine) => machine["juju-status"]?.version);
}

async function installedAt(scratch: Scratch, status: StatusDocument, unit: string) {
  const machine = machineFolderOf(scratch, status, unit);
  const charm = join(machine, "agents", `unit-${unit.replace("/", "-")}`, "charm");
  return await readFile(join(charm, "installed-at.txt"), "utf8");
}

test("a newcomer walks the whole road from bootstrap to upgrades and back", async (t) => {
  await using scratch = await Scratch.open();
  const run = (command: string) => scratch.jumar(command);
  const statusIs = (what: string, isSo: (status: StatusDocument) => boolean) =>
    scratch.until(what, async () => {
      const status = await scratch.status();
      return isSo(status) && status;
    });

  await t.test("bootstrap makes a controller that runs, and add-model a model", async () => {
    await run(`bootstrap local demo --data-dir ${scratch.cloud}`);
    await run("add-model shop");
    const status = await scratch.status();
    assert.equal(status.model.name, "shop");
    assert.equal(status.model.controller, "demo");
    assert.equal(status.model.version, currentVersion);
  });

  await t.test("two related charms tell each other what they have to", async () => {
    await run("deploy ./examples/charms/greeter");
    await run("deploy ./examples/charms/counter");
    await run("integrate greeter counter");
    await statusIs("the greeter heard the counter", (status) =>
      isSettled(status, "greeter/0", "Hello (1 visits)"),
    );
  });

  await t.test("a changed setting reaches every unit, the new ones too", async () => {
    await run("config greeter greeting=Salut");
    await run("add-unit greeter -n 2");
    const status = await statusIs("three greeters say Salut", (now) =>
      greeters.every((unit) => isSettled(now, unit, "Salut (3 visits)")),
    );
    const leaders = greeters.filter((unit) => findUnit(status, unit)?.leader);
    assert.deepEqual(leaders, ["greeter/0"]);
    assert.equal((await run("config greeter greeting")).trim(), "Salut");
  });

  await t.test("an upgraded charm keeps what its hooks wrote", async () => {
    const before = await installedAt(scratch, await scratch.status(), "greeter/0");
    await run("upgrade-charm greeter --path ./examples/charms/greeter-2");
    const status = await statusIs("the greeters run the new charm", (now) =>
      greeters.every((unit) => isSettled(now, unit, "Salut! (3 visits)")),
    );
    assert.equal(status.applications.greeter?.["charm-rev"], 1);
    assert.equal(status.applications.greeter?.version, "2.0");
    assert.equal(await installedAt(scratch, status, "greeter/0"), before);
  });

  await t.test("a model does not go before its controller, and is told so", async () => {
    const { status, stderr } = await scratch.run(["upgrade-model", "--agent-version", nextVersion]);
    assert.equal(status, 1);
    assert.match(stderr, /controller/);
    assert.equal((await scratch.status()).model.version, currentVersion);
  });

  await t.test("the controller goes first, then every agent of the model", async () => {
    const asked = await scratch.run(["upgrade-controller", "--dry-run"]);
    assert.match(asked.stderr, new RegExp(`^best version:\\n +${nextVersion}\\n`));
    await run(`upgrade-model -m controller --agent-version ${nextVersion}`);
    await run("upgrade-model");
    const status = await statusIs("every agent runs the next version", (now) =>
      versionsOf(now).every((version) => version === nextVersion),
    );
    assert.equal(status.model.version, nextVersion);
    const controller = await scratch.status("-m", "controller");
    assert.deepEqual(versionsOf(controller), [nextVersion]);
    const { controllers } = JSON.parse(await run("controllers --format json"));
    assert.equal(controllers.demo["agent-version"], nextVersion);
    const settled = await statusIs("the units are as they were", (now) =>
      greeters.every((unit) => isSettled(now, unit, "Salut! (3 visits)")),
    );
    assert.equal(findUnit(settled, "greeter/0")?.leader, true);
    const rollouts = JSON.parse(await run("rollouts --format json")) as { state: string }[];
    assert.deepEqual(
      rollouts.map(({ state }) => state),
      ["done", "done"],
    );
  });

  await t.test("what is removed leaves nothing behind", async () => {
    await run("remove-application greeter --no-prompt");
    await statusIs("the greeter is gone", ({ applications }) => !("greeter" in applications));
    await run("destroy-model shop --no-prompt");
    await run("destroy-controller demo --no-prompt");
    assert.deepEqual(await scratch.processes(), []);
    assert.match((await scratch.run(["status"])).stderr, /no controller/i);
  });
});
