/** An agent on its way to another version, which a real controller gives it. */
import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import {
  glob,
  link as hardLink,
  mkdir,
  mkdtemp,
  mkdtempDisposable,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { systemClock } from "#base/clock.ts";
import { exists, makeFolder } from "#base/files.ts";
import { logTo } from "#base/log.ts";
import type { DesiredBinary, DesiredState } from "#contract/machine-agent.ts";
import { shop, startTestController } from "#controller/testing.ts";
import * as agentBinary from "#domain/agent-binary/agent-binary.ts";
import { migrations } from "#domain/schema.ts";
import { controllerScope } from "#domain/scope.ts";
import { packBundle } from "#release/bundle.ts";
import { agentPaths, layoutOf } from "#release/layout.ts";
import * as blobs from "#store/blobs.ts";
import { openSqlite } from "#store/sqlite.ts";
import { Store } from "#store/store.ts";
import { filesOnly } from "../log/machine-logs.ts";
import { Link } from "../machine/link.ts";
import type { MachineSetting } from "../machine/setting.ts";
import { prepare, removeOld } from "./binaries.ts";
import {
  confirmHealthy,
  findFailure,
  findUpgrade,
  giveWay,
  isOffProbation,
  refuse,
} from "./upgrader.ts";

const tag = "machine-0";
const version = "3.6.100";
const currentName = `${version}-ubuntu-amd64`;
const bytesMax = 1024 * 1024;
const never = new AbortController().signal;

const scratch = await mkdtempDisposable(join(tmpdir(), "jumar-upgrader-"));
const database = join(scratch.path, "jumar.db");
const controller = await startTestController(() => Store.open(openSqlite(database), migrations));
const { caCertificate, address } = controller;
const password = await controller.agentPassword(shop, "0");
const ended = new AbortController();
const log = logTo(() => {}, systemClock, "machine");
const link = new Link(
  { addresses: [address], caCertificate, model: shop },
  { tag, password, version },
  { clock: systemClock, log },
);
const keeping = link.keep(ended.signal);
after(async () => {
  ended.abort();
  await keeping;
  await controller[Symbol.asyncDispose]();
  await scratch.remove();
});

let patch = 100;

/** A version that the controller has, whose program does this when it is asked to check itself. */
async function publish(selfCheck = "exit 0"): Promise<DesiredBinary> {
  patch++;
  const binary = { version: `3.6.${patch}`, os: "ubuntu", arch: "amd64" };
  const from = await mkdtemp(join(scratch.path, "from-"));
  for (const name of ["jumard", "launcher.sh", "hook-tool"]) {
    await writeFile(join(from, name), `#!/bin/sh\n${selfCheck}\n`, { mode: 0o755 });
  }
  const { path, manifest } = await packBundle(binary, { from, to: from });
  const { store } = controller;
  const now = systemClock.now();
  const blob = await blobs.put(store, createReadStream(path), { bytesMax, now });
  await store.write(controllerScope, (tx) => agentBinary.add(tx, { ...binary, ...blob }));
  const { sha256, size } = manifest;
  return { name: `${binary.version}-ubuntu-amd64`, sha256, size, rollout: 1 };
}

/** A machine that runs the current version. */
async function machine(binaries = ""): Promise<MachineSetting> {
  const layout = layoutOf(await mkdtemp(join(scratch.path, "machine-")));
  await makeFolder(join(layout.tools, currentName));
  await makeFolder(agentPaths(layout, tag).home);
  await symlink(currentName, agentPaths(layout, tag).current);
  await writeFile(layout.launcher, "old launcher");
  const own = join(layout.tools, currentName);
  await writeFile(join(own, "launcher.sh"), "own launcher");
  return {
    ...{ layout, link, version, log, clock: systemClock, systemPath: "", boot: "first" },
    conf: {
      ...{ tag, password, controller: "c", model: shop, addresses: [], binaries, host: "" },
      ...{ apiAddresses: [address], caCertificate },
    },
    program: { executable: "", launcher: join(own, "launcher.sh"), hookTool: "" },
    logs: filesOnly,
    wrench: { at: () => {} },
  };
}

function desired(binary: DesiredBinary | undefined, probation = "90s"): DesiredState {
  return {
    ...{ revision: 1, life: "alive", binary, addresses: [], units: [], tasks: [] },
    "api-addresses": [],
    model: { name: "shop", uuid: shop, config: { "agent-probation": probation } },
  };
}

/** What of a machine an upgrade could change. */
async function look({ layout }: MachineSetting) {
  return {
    tools: (await readdir(layout.tools)).toSorted(),
    hasDownloads: await exists(layout.downloads),
    home: (await readdir(agentPaths(layout, tag).home)).toSorted(),
    current: await readlink(agentPaths(layout, tag).current),
  };
}

test("a version is fetched, verified and tried before anything changes", async () => {
  const setting = await machine();
  const before = await look(setting);
  const binary = await publish();
  await prepare(setting, binary, never);
  await prepare(setting, binary, never);

  const tools = new Set([...before.tools, binary.name]);
  const afterwards = await look(setting);
  assert.deepEqual({ ...afterwards, tools: new Set(afterwards.tools) }, { ...before, tools });
  const files = await readdir(join(setting.layout.tools, binary.name));
  assert.deepEqual(files.toSorted(), ["hook-tool", "jujud", "jumard", "launcher.sh"]);
});

test("the machines of a host unpack a version once, even at the same time", async () => {
  const shared = await mkdtemp(join(scratch.path, "shared-"));
  const machines = [await machine(shared), await machine(shared), await machine(shared)];
  const binary = await publish();
  await Promise.all(machines.map((each) => prepare(each, binary, never)));

  const programs = machines.map(({ layout }) => join(layout.tools, binary.name, "jumard"));
  const [first, ...others] = await Promise.all(programs.map((path) => stat(path)));
  assert.deepEqual(
    others.map(({ ino }) => ino),
    [first?.ino, first?.ino],
  );
  assert.deepEqual(await readdir(shared), [`${binary.name}.${binary.sha256.slice(0, 12)}`]);
});

test("what neither runs nor ran before goes, and from the host what no machine has", async () => {
  const shared = await mkdtemp(join(scratch.path, "shared-"));
  const setting = await machine(shared);
  const { tools } = setting.layout;
  const [before, oldest] = ["3.6.99-ubuntu-amd64", "3.6.98-ubuntu-amd64"];
  const half = "3.6.97-ubuntu-amd64.discarded";
  for (const name of [before, oldest, half]) await makeFolder(join(tools, name));
  await makeFolder(join(tools, "unit-mysql-0"));
  await symlink(before, agentPaths(setting.layout, tag).previous);
  for (const name of ["new", "old", "linked"]) {
    await makeFolder(join(shared, name));
    await writeFile(join(shared, name, "jumard"), name);
    if (name !== "new") await utimes(join(shared, name), 1000, 1000);
  }
  await hardLink(join(shared, "linked", "jumard"), join(tools, before, "jumard"));
  await removeOld(setting);

  const links = [tag, `previous-${tag}`];
  const kept = [before, currentName, "unit-mysql-0", ...links];
  assert.deepEqual(new Set(await readdir(tools)), new Set(kept));
  assert.deepEqual((await readdir(shared)).toSorted(), ["linked", "new"]);
});

test("a version that is not what was promised is refused, and leaves nothing", async () => {
  const setting = await machine();
  const before = await look(setting);
  const binary = await publish();
  const wrong = [
    [{ ...binary, size: binary.size + 1 }, /^size mismatch, expected/],
    [{ ...binary, sha256: "0".repeat(64) }, /^sha256 mismatch, expected/],
  ] as const;
  for (const [promised, message] of wrong) {
    await assert.rejects(prepare(setting, promised, never), { code: "not valid", message });
    assert.deepEqual(await look(setting), before);
  }
});

test("a version that does not run here is refused", async () => {
  const setting = await machine();
  for (const selfCheck of ["exit 1", "kill -SEGV $$"]) {
    const binary = await publish(selfCheck);
    await assert.rejects(prepare(setting, binary, never), {
      code: "not valid",
      message: new RegExp(`^${binary.name} does not run here: `),
    });
  }
});

test("a version whose trial was cut short is tried again", async () => {
  const setting = await machine();
  const killed = await publish("kill -KILL $$");
  await assert.rejects(prepare(setting, killed, never), { code: "try again" });

  const hanging = await publish("exec sleep 1000");
  const trial = prepare(setting, hanging, AbortSignal.timeout(500));
  await assert.rejects(trial, { code: "try again" });
});

test("a version that the controller does not have is asked for again later", async () => {
  const setting = await machine();
  const before = await look(setting);
  const binary = { name: "3.6.99-ubuntu-amd64", sha256: "", size: 0, rollout: 1 };

  await assert.rejects(prepare(setting, binary, never), { code: "not found" });
  assert.deepEqual(await look(setting), before);
});

test("a machine where a version cannot be stored keeps the one that it has, and nothing half", async () => {
  const setting = await machine();
  const before = await look(setting);
  await symlink("/dev/full", setting.layout.downloads);
  await assert.rejects(prepare(setting, await publish(), never));
  await rm(setting.layout.downloads, { force: true });

  assert.deepEqual(await look(setting), before);
});

test("an agent gives way on probation, and can say what it ran before", async () => {
  const setting = await machine();
  const binary = await publish();
  await prepare(setting, binary, never);
  await giveWay(setting, binary, desired(binary));

  const paths = agentPaths(setting.layout, tag);
  assert.equal(await readlink(paths.current), binary.name);
  assert.equal(await readlink(paths.previous), currentName);
  assert.equal(await readFile(paths.probation, "utf8"), "90\n");
  assert.equal(await findFailure(setting), undefined);
  const seenByCharms = await Array.fromAsync(glob("machine-*", { cwd: setting.layout.tools }));
  assert.deepEqual(seenByCharms, [tag]);
});

test("a version that was taken back is not tried again for its rollout, and for another one is", async () => {
  const setting = await machine();
  const binary = await publish();
  assert.deepEqual(await findUpgrade(setting, desired(binary)), binary);
  await prepare(setting, binary, never);
  await giveWay(setting, binary, desired(binary));
  assert.deepEqual(await findUpgrade(setting, desired(binary)), binary, "it has not been tried");

  await writeFile(agentPaths(setting.layout, tag).reverted, "it ended 5 times\n");
  assert.equal(await findUpgrade(setting, desired(binary)), undefined);
  const reason = "it ended 5 times";
  const failure = { version: binary.name.split("-")[0], rollout: 1, reason };
  assert.deepEqual(await findFailure(setting), failure);
  const again = { ...binary, rollout: 2 };
  assert.deepEqual(await findUpgrade(setting, desired(again)), again);
  await giveWay(setting, again, desired(again));
  assert.equal(await findFailure(setting), undefined);
});

test("a version that cannot be used counts as taken back", async () => {
  const setting = await machine();
  const binary = await publish();
  await refuse(setting, binary, "size mismatch");

  assert.equal(await findUpgrade(setting, desired(binary)), undefined);
  assert.equal((await findFailure(setting))?.reason, "size mismatch");
  assert.equal(await findUpgrade(setting, desired(undefined)), undefined);
});

test("what was written about the last upgrade may be damaged, and the agent works all the same", async () => {
  const setting = await machine();
  const binary = await publish();
  const { upgrade, reverted } = agentPaths(setting.layout, tag);
  await refuse(setting, binary, "it hangs");
  await writeFile(reverted, "");
  assert.equal((await findFailure(setting))?.reason, "nobody could write down why");

  for (const text of ["", "{", "null", "{}", '{"name":"what","rollout":1}']) {
    await writeFile(upgrade, text);
    assert.equal(await findFailure(setting), undefined, text);
    assert.deepEqual(await findUpgrade(setting, desired(binary)), binary, text);
  }
});

test("an agent waits for the end of its own probation, but not for ever", async () => {
  const setting = await machine();
  const { probation } = agentPaths(setting.layout, tag);
  assert.equal(await isOffProbation(setting, never), true);

  await writeFile(probation, "90\n");
  const waiting = isOffProbation(setting, never);
  await rm(probation);
  assert.equal(await waiting, true);

  await writeFile(probation, "90\n");
  const clock = { now: systemClock.now, sleep: async () => {} };
  assert.equal(await isOffProbation({ ...setting, clock }, never), false);
});

test("an agent that works says so, and brings its launcher", async () => {
  const setting = await machine();
  await mkdir(agentPaths(setting.layout, tag).home, { recursive: true });
  await confirmHealthy(setting);

  assert.equal(await exists(agentPaths(setting.layout, tag).healthy), true);
  assert.equal(await readFile(setting.layout.launcher, "utf8"), "own launcher");
});
