import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { killHard } from "../../scripts/scratch.ts";
import {
  bootstrapped,
  hooksThatEnded,
  isSettled,
  machineFolderOf,
  programsOf,
  writeRecorder,
} from "./cloud.ts";

const units = ["plain/0", "plain/1", "plain/2"];

test("machines are there for units, and go when nobody needs them", async (t) => {
  await using scratch = await bootstrapped();
  const diary = join(scratch.folder, "diary");
  const note = (word: string) => `echo "${word} $JUJU_MACHINE_ID $JUJU_UNIT_NAME" >>${diary}`;
  const charm = await writeRecorder(scratch, {
    name: "plain",
    script: `${note("begin")}; sleep 0.05; status-set active; ${note("end")}`,
  });
  const folderOfOne = async () => machineFolderOf(scratch, await scratch.status(), "plain/2");
  const machines = async () => Object.keys((await scratch.status()).machines);

  await t.test("units share the machines that they are placed on", async () => {
    await scratch.jumar("add-machine --constraints cores=1");
    await scratch.jumar(`deploy ${charm} -n 3 --to 0,0,new`);
    for (const name of units) {
      await scratch.until(`${name} is settled`, async () =>
        isSettled(await scratch.status(), name),
      );
    }
    const { applications, machines: shown } = await scratch.status();
    const placed = units.map((name) => applications.plain?.units?.[name]?.machine);
    assert.deepEqual(placed, ["0", "0", "1"]);
    assert.equal(shown["0"]?.constraints, "cores=1");
    assert.match(shown["0"]?.hardware ?? "", /^arch=\S+ cores=\d+ mem=\d+M root-disk=\d+M$/);
  });

  await t.test("no two hooks run on one machine at a time", async () => {
    const lines = (await readFile(diary, "utf8")).trimEnd().split("\n");
    const onZero = lines.filter((line) => line.split(" ")[1] === "0");
    assert.ok(onZero.length >= 16, `${onZero.length} lines`);
    for (let at = 0; at < onZero.length; at += 2) {
      assert.equal(onZero[at + 1], onZero[at]?.replace("begin", "end"));
    }
  });

  await t.test("its units are told of a machine's upgrade, and do nothing else in it", async () => {
    const { stderr } = await scratch.run(["upgrade-machine", "1", "prepare", "noble", "--yes"]);
    assert.match(stderr, /^plain\/2 pre-series-upgrade completed$/m);
    const refused = await scratch.run(["add-unit", "plain", "--to", "1"]);
    const reason = "cannot place a unit on machine 1: machine is locked for series upgrade";
    assert.equal(refused.stderr, `ERROR ${reason}\n`);
    for (const { pid } of (await programsOf(scratch, await folderOfOne())).agents) killHard(pid);
    const { "1": locked } = (await scratch.status()).machines;
    assert.equal(locked?.["machine-status"]?.message, "series upgrade: prepare completed");
    await scratch.jumar("upgrade-series 1 complete");
    assert.deepEqual((await scratch.status()).machines["1"]?.base, {
      ...{ name: "ubuntu", channel: "24.04" },
    });
    await scratch.jumar("set-application-base plain noble");
    assert.equal((await scratch.status()).applications.plain?.base?.channel, "24.04");
    const hooks = (await hooksThatEnded(scratch, "plain/2")).slice(-2);
    assert.deepEqual(hooks, ["pre-series-upgrade", "post-series-upgrade"]);
  });

  await t.test(
    "a machine that a unit is on goes by force alone, after its last hooks",
    async () => {
      const refused = await scratch.run(["remove-machine", "1", "--no-prompt"]);
      const reason =
        'machine 1 has unit "plain/2" assigned: remove what is on it first, or use --force';
      assert.equal(refused.stderr, `ERROR removing machine 1 failed: ${reason}\n`);
      await scratch.jumar("remove-machine 1 --force --no-prompt");
      await scratch.until("machine 1 is gone", async () => !(await machines()).includes("1"));
      assert.deepEqual((await hooksThatEnded(scratch, "plain/2")).slice(-2), ["stop", "remove"]);
    },
  );

  await t.test(
    "a machine that was added stays without units, and its folder without it",
    async () => {
      const folder = machineFolderOf(scratch, await scratch.status(), "plain/0");
      await scratch.jumar("remove-unit plain/0 plain/1 --no-prompt");
      await scratch.until("the units are gone", async () => {
        const { applications } = await scratch.status();
        return Object.keys(applications.plain?.units ?? {}).length === 0;
      });
      assert.deepEqual(await machines(), ["0"]);
      await scratch.jumar("remove-machine 0 --keep-instance --no-prompt");
      await scratch.until("machine 0 is gone", async () => (await machines()).length === 0);
      await scratch.until("nothing runs on it", async () => {
        const { agents, launchers } = await programsOf(scratch, folder);
        return agents.length + launchers.length === 0;
      });
      assert.ok((await stat(folder)).isDirectory());
    },
  );

  await t.test("a machine that the host cannot be says why it is not there", async () => {
    await scratch.jumar("add-machine --constraints mem=900T");
    await scratch.until("it says so", async () => {
      const { "machine-status": said } = (await scratch.status()).machines["2"] ?? {};
      return /^this host does not meet mem=\d+M \(it has \d+M\)$/.test(said?.message ?? "");
    });
  });
});
