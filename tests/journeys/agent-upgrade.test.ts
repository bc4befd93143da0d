import assert from "node:assert/strict";
import { chmod, copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { findBundle } from "#cli/installation.ts";
import type { WireRollout } from "#contract/rollouts.ts";
import { packBundle, unpackBundle } from "#release/bundle.ts";
import { currentVersion } from "#release/current.ts";
import { thisTarget } from "#release/version.ts";
import { bundlesFolder } from "../../scripts/agent-bundle.ts";
import { nextVersion } from "../../scripts/next-version.ts";
import type { Scratch } from "../../scripts/scratch.ts";
import {
  bootstrapped,
  findUnit,
  machineFolderOf,
  openWrenches,
  readRecord,
  writeRecorder,
} from "./cloud.ts";

/** Lets each machine fetch what it needs by itself, as if it were alone on its host. */
async function separate(scratch: Scratch, units: readonly string[]): Promise<void> {
  const status = await scratch.status();
  for (const unit of units) {
    const { machine } = findUnit(status, unit) ?? {};
    const agents = join(machineFolderOf(scratch, status, unit), "agents");
    const path = join(agents, `machine-${machine}`, "agent.conf");
    const conf = await readFile(path, "utf8");
    await writeFile(path, conf.replace(/^binaries: .*$/m, 'binaries: ""'));
  }
}

/** What a version does wrong, by the machine on which it is. */
const faults = {
  "machine-0": { shell: "exit 3", reason: "it ended 5 times, last with status 3" },
  "machine-1": {
    shell: "exec sleep 100000",
    reason: "it did not report that it works within 8 seconds",
  },
  "machine-2": {
    shell: `
cut_off=$data/cut-off
mkdir -p "$cut_off" && cp -r "$data/agents" "$data/tools" "$cut_off"
sed -i 's/127[.0-9]*:/127.0.0.1:/' "$cut_off/agents/$tag/agent.conf"
exec "$real" machine --data-dir "$cut_off" --tag "$tag"`,
    reason: "it did not report that it works within 8 seconds",
  },
};

/** A bundle of the next version that works only where `shell` lets it. */
async function buildBadVersion(scratch: Scratch, shell: string): Promise<string> {
  const good = await findBundle(bundlesFolder, nextVersion);
  const real = join(scratch.folder, "real");
  await unpackBundle(good.path, good.manifest, real);
  const [from, to] = [join(scratch.folder, "bad"), join(scratch.folder, "bundles")];
  await mkdir(from);
  for (const member of ["launcher.sh", "hook-tool"]) {
    await copyFile(join(real, member), join(from, member));
  }
  const program = `#!/bin/sh
real=${real}/jumard
[ "$1" = machine ] || exec "$real" "$@"
data=$3
tag=$5
${shell}
exec "$real" "$@"
`;
  await writeFile(join(from, "jumard"), program);
  await chmod(join(from, "jumard"), 0o755);
  await packBundle({ version: nextVersion, ...thisTarget() }, { from, to });
  return to;
}

/** The model's first rollout, when every member of it has come out. */
async function rolloutThatEnded(scratch: Scratch, model: string): Promise<WireRollout> {
  return await scratch.until(`every agent of ${model} has come out`, async () => {
    const words = ["rollouts", "1", "-m", model, "--format", "json"];
    const { status, stdout } = await scratch.run(words);
    if (status !== 0) return undefined; // the controller is between two versions
    const rollout = JSON.parse(stdout) as WireRollout;
    const hasEnded = rollout.members?.every(({ stage }) => ["upgraded", "failed"].includes(stage));
    return hasEnded && rollout;
  });
}

function outcomes({ members = [] }: WireRollout) {
  return members.map(({ stage, message }) => ({ stage, message }));
}

/** A controller, and a unit of a charm that writes down its hooks on each of the machines. */
async function withMachines(count: number) {
  const scratch = await bootstrapped();
  try {
    await scratch.jumar(`deploy ${await writeRecorder(scratch, { name: "recorder" })} -n ${count}`);
    const units = Array.from({ length: count }, (_, number) => `recorder/${number}`);
    await untilIdle(scratch, units);
    return { scratch, units };
  } catch (error) {
    await scratch[Symbol.asyncDispose]();
    throw error;
  }
}

async function untilIdle(scratch: Scratch, units: readonly string[]): Promise<void> {
  await scratch.until("the units are idle", async () => {
    const status = await scratch.status();
    return units.every((unit) => findUnit(status, unit)?.["juju-status"]?.current === "idle");
  });
}

async function versions(scratch: Scratch, model: string): Promise<readonly unknown[]> {
  const { machines } = await scratch.status("-m", model);
  return Object.values(machines).map((machine) => machine["juju-status"]?.version);
}

/** Where the agent dies on its way to the next version. */
const points = [
  "binary-fetched",
  "binary-unpacked",
  "previous-linked",
  "probation-written",
  "binary-switched",
];

test("an agent that dies at any step of its own upgrade gets there all the same", async () => {
  const { scratch, units } = await withMachines(points.length);
  await using _ = scratch;
  await separate(scratch, units);
  const wrenches = await openWrenches(scratch, units);
  await untilIdle(scratch, units);
  const before = await Promise.all(units.map((unit) => readRecord(scratch, unit)));
  for (const [at, point] of points.entries()) await writeFile(join(wrenches[at] ?? "", point), "");

  await scratch.jumar("upgrade-controller");
  await scratch.jumar("upgrade-model");
  const rollout = await rolloutThatEnded(scratch, "shop");

  assert.deepEqual(
    outcomes(rollout),
    points.map(() => ({ stage: "upgraded", message: "" })),
  );
  for (const [at, point] of points.entries()) {
    assert.deepEqual(await readdir(wrenches[at] ?? ""), [], `${point} was not reached`);
  }
  await untilIdle(scratch, units);
  const after = await Promise.all(units.map((unit) => readRecord(scratch, unit)));
  assert.deepEqual(after, before, "an agent's upgrade runs no hook");
});

test("a machine whose new agent does not work returns to the one before, and says why", async () => {
  const cases = Object.values(faults);
  const { scratch, units } = await withMachines(cases.length + 1);
  await using _ = scratch;
  const onMachines = Object.entries(faults).map(([tag, { shell }]) => `${tag}) ${shell} ;;`);
  const shell = `[ -e "$data/controller" ] || case $tag in\n${onMachines.join("\n")}\nesac`;
  scratch.environment.JUMAR_AGENT_BINARIES = await buildBadVersion(scratch, shell);
  await scratch.jumar("model-config agent-probation=8s");

  await scratch.jumar("upgrade-controller");
  await scratch.jumar("upgrade-model");
  const rollout = await rolloutThatEnded(scratch, "shop");

  assert.deepEqual(outcomes(rollout), [
    ...cases.map(({ reason }) => ({ stage: "failed", message: reason })),
    { stage: "upgraded", message: "" },
  ]);
  await untilIdle(scratch, units);
  const expected = [...cases.map(() => currentVersion), nextVersion];
  assert.deepEqual(await versions(scratch, "shop"), expected);
});

test("a controller whose new version does not work goes on with the one before", async () => {
  await using scratch = await bootstrapped();
  scratch.environment.JUMAR_AGENT_BINARIES = await buildBadVersion(scratch, "exit 3");
  await scratch.jumar("model-config -m controller agent-probation=8s");
  await scratch.jumar("upgrade-controller");
  const rollout = await rolloutThatEnded(scratch, "controller");
  const message = "it ended 5 times, last with status 3";
  assert.deepEqual(outcomes(rollout), [{ stage: "failed", message }]);
  assert.deepEqual(await versions(scratch, "controller"), [currentVersion]);
  await scratch.jumar("add-model other");
});
