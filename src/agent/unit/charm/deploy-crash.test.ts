/** Charms are put in place by agents that die on the way, wherever that is. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { listSteps, stopAfter } from "#base/fs-steps/testing.ts";
import { readTree, Site, type Tree } from "../site/testing.ts";
import { abandonCharm } from "./deploy-charm.ts";

const one = "local:mysql-1";
const two = "local:mysql-2";
const three = "local:mysql-3";
/** Every step where there is time, and otherwise some that are not always the same kind. */
const stride = process.env.CI ? 1 : 3;
const points = [
  "charm-fetched",
  "charm-unpacked",
  "charm-carried-over",
  "charm-ready",
  "charm-switched",
  "charm-in-place",
];

const [, , childCommand, childFolder] = process.argv;
if (childCommand === "deploy") {
  await new Site(childFolder ?? "").deploy(two, one);
  process.exit(0);
}

const template = await makeTemplate();
const old = await readTree(template.paths.charm);
const trees: Readonly<Record<string, Tree>> = {
  [one]: old,
  [two]: withWritten(await template.cleanTree(two)),
  [three]: { ...withWritten(await template.cleanTree(three)), shadowed: "file 644 by a hook" },
};
test.after(() => template[Symbol.asyncDispose]());

for (const point of points) {
  test(`an agent that is killed at ${point} leaves a whole charm, and its successor ends the upgrade`, async () => {
    await using site = await copyTemplate();
    await mkdir(join(site.folder, "wrench"));
    await writeFile(join(site.folder, "wrench", point), "");
    assert.equal(await runChild(site), "SIGKILL");
    const isNew = points.indexOf(point) >= points.indexOf("charm-switched");
    assert.deepEqual(await readTree(site.paths.charm), trees[isNew ? two : one]);

    assert.equal(await runChild(site), 0);
    await assertUpgraded(site, two);
  });
}

test("whatever step of an upgrade is the last, the charm is whole, and the next agent ends the same", async () => {
  await sweep({
    begin: (site) => site.deploy(two, one),
    goOn: (site) => site.deploy(two, one),
    whole: [one, two],
    check: (site) => assertUpgraded(site, two),
  });
});

test("whatever step of the first charm is the last, there is a whole one or none, and the next agent ends the same", async () => {
  await sweep({
    prepare: (site) => rm(site.paths.home, { recursive: true }),
    begin: (site) => site.deploy(one, null),
    goOn: (site) => site.deploy(one, null),
    whole: [],
    async check(site) {
      assert.deepEqual(await readTree(site.paths.charm), await site.cleanTree(one));
      assert.deepEqual((await readdir(site.paths.home)).toSorted(), ["charm", "state"]);
    },
  });
});

test("an upgrade that was cut short anywhere is as if it had not been when a third charm is wanted", async () => {
  await sweep({
    begin: (site) => site.deploy(two, one),
    goOn: (site) => site.deploy(three, one),
    whole: [one, two],
    check: (site) => assertUpgraded(site, three),
  });
});

test("an upgrade that was cut short anywhere is as if it had not been when the old charm is wanted", async () => {
  await sweep({
    begin: (site) => site.deploy(two, one),
    goOn: (site) => site.deploy(one, one),
    whole: [one, two],
    check: assertUntouched,
  });
});

test("an upgrade that was cut short anywhere is as if it had not been when the unit goes", async () => {
  await sweep({
    begin: (site) => site.deploy(two, one),
    goOn: (site) => abandonCharm(site.paths, { replaces: one, mayReturn: false }),
    whole: [one, two],
    check: assertUntouched,
  });
});

test("going back is whole at every step, too", async () => {
  await sweep({
    prepare: (site) => site.deploy(two, one),
    begin: (site) => site.deploy(one, two, true),
    goOn: (site) => site.deploy(one, two, true),
    whole: [one, two],
    async check(site) {
      assert.deepEqual(await readTree(site.paths.charm), trees[one]);
      assert.deepEqual(await readTree(site.paths.previousCharm), trees[two]);
    },
  });
});

test("a charm that was half forgotten does not come back", async () => {
  const anew = withWritten(await template.cleanTree(one));
  await sweep({
    prepare: (site) => site.deploy(two, one),
    begin: (site) => site.deploy(three, two, true),
    goOn: (site) => site.deploy(one, two, true),
    whole: [],
    async check(site) {
      const tree = await readTree(site.paths.charm);
      assert.deepEqual(tree, tree.shadowed === undefined ? anew : old);
    },
  });
});

test("a new charm is durable, file by file, before it takes the place of the old one", async () => {
  await using site = await copyTemplate();
  const steps = await listSteps(() => site.deploy(two, one));
  const switched = steps.lastIndexOf("rename");
  const kinds = Object.values(trees[two] ?? {}).map((each) => each.split(" ")[0]);

  const durable = steps.slice(0, switched).filter((step) => step === "sync");
  assert.ok(durable.length >= kinds.filter((kind) => kind !== "link").length);
});

test("an upgrade that is cut short at one step and its repetition at another ends the same", async () => {
  const steps = await stepsOf(
    () => Promise.resolve(),
    (site) => site.deploy(two, one),
  );
  for (let first = 0; first < steps; first += 5 * stride) {
    for (let second = first % 7; second < steps; second += 7 * stride) {
      await using site = await copyTemplate();
      await stopAfter(first, () => site.deploy(two, one));
      await stopAfter(second, () => site.deploy(three, one));
      await site.deploy(two, one);
      await assertUpgraded(site, two).catch((cause: unknown) => {
        throw new Error(`cut short after ${first} and ${second} steps`, { cause });
      });
    }
  }
});

test("a file system that cannot exchange folders loses nothing either", async () => {
  await using site = await copyTemplate();
  const { charm, nextCharm } = site.paths;
  await stopAfter(await stepsUntilSwitch(), () => site.deploy(two, one));
  assert.deepEqual(await readTree(charm), trees[one]);
  await rename(charm, `${nextCharm}.leaving`); // the middle of an exchange in three steps
  await site.deploy(two, one);

  await assertUpgraded(site, two);
});

interface Sweep {
  prepare?(site: Site): Promise<void>;
  /** What is cut short, and what the next agent does. */
  begin(site: Site): Promise<void>;
  goOn(site: Site): Promise<void>;
  /** The charms of which one is there, whole, wherever it was cut short. */
  readonly whole: readonly string[];
  check(site: Site): Promise<void>;
}

async function sweep({ prepare, begin, goOn, whole, check }: Sweep): Promise<void> {
  const steps = await stepsOf(prepare, begin);
  assert.ok(steps > 1);
  for (let step = 0; step <= steps; step += step + stride > steps ? 1 : stride) {
    await using site = await copyTemplate();
    await prepare?.(site);
    assert.equal(await stopAfter(step, () => begin(site)), step < steps);
    try {
      await assertWhole(site, whole);
      await goOn(site);
      await check(site);
    } catch (cause) {
      throw new Error(`cut short after ${step} of ${steps} steps`, { cause });
    }
  }
}

async function stepsOf(
  prepare: ((site: Site) => Promise<void>) | undefined,
  begin: (site: Site) => Promise<void>,
): Promise<number> {
  await using site = await copyTemplate();
  await prepare?.(site);
  return (await listSteps(() => begin(site))).length;
}

/** How many steps of an upgrade come before the two charms change places. */
async function stepsUntilSwitch(): Promise<number> {
  const steps = await stepsOf(undefined, (site) => site.deploy(two, one));
  for (let step = steps; step > 0; step--) {
    await using site = await copyTemplate();
    await stopAfter(step, () => site.deploy(two, one));
    if ((await readTree(site.paths.charm))[".juju-charm"] === old[".juju-charm"]) return step;
  }
  throw new Error("the charms never change places");
}

async function assertWhole(site: Site, urls: readonly string[]): Promise<void> {
  if (urls.length === 0) return;
  const tree = await readTree(site.paths.charm);
  const url = tree[".juju-charm"]?.slice("file 644 ".length) ?? "";
  assert.ok(urls.includes(url), url);
  assert.deepEqual(tree, trees[url]);
}

async function assertUpgraded(site: Site, url: string): Promise<void> {
  assert.deepEqual(await readTree(site.paths.charm), trees[url]);
  assert.deepEqual(await readTree(site.paths.previousCharm), old);
  await assertNoRests(site, ["charm", "charm.previous", "state"]);
}

async function assertUntouched(site: Site): Promise<void> {
  assert.deepEqual(await readTree(site.paths.charm), trees[one]);
  await assertNoRests(site, ["charm", "state"]);
}

async function assertNoRests(site: Site, names: readonly string[]): Promise<void> {
  const present = (await readdir(site.paths.home)).filter((name) => !name.endsWith(".discarded"));
  assert.deepEqual(present.toSorted(), names);
}

/** A unit that runs the first charm, which has written some files. */
async function makeTemplate(): Promise<Site> {
  const site = await Site.make();
  await site.publish(one, { "hooks/install": "#!1", "old/shipped": "1", shared: "1" });
  await site.publish(two, {
    "hooks/install": "#!2",
    "new/shipped": "2",
    shared: "2",
    shadowed: "2",
  });
  await site.publish(three, { "hooks/install": "#!3", shared: "3", link: "-> shared" });
  await site.deploy(one, null);
  await rm(site.paths.bundles, { recursive: true });
  for (const [path, content] of Object.entries({
    ".unit-state.db": "state",
    "old/written": "kept",
    "venv/bin/python": "kept",
    shadowed: "by a hook",
    shared: "changed by a hook",
  })) {
    const place = join(site.paths.charm, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, content);
  }
  return site;
}

function withWritten(clean: Tree): Tree {
  return {
    ...clean,
    ".unit-state.db": "file 644 state",
    old: "folder 755",
    "old/written": "file 644 kept",
    venv: "folder 755",
    "venv/bin": "folder 755",
    "venv/bin/python": "file 644 kept",
  };
}

async function copyTemplate(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), "jumar-site-"));
  await cp(template.folder, folder, { recursive: true, verbatimSymlinks: true });
  return new Site(folder);
}

/** Upgrades in a process of its own; returns how that ended. */
async function runChild(site: Site): Promise<unknown> {
  const child = fork(import.meta.filename, ["deploy", site.folder], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [code, signal] = await once(child, "exit");
  return signal ?? code;
}
