import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { readTree, Site } from "../site/testing.ts";
import { abandonCharm, forgetPreviousCharm } from "./deploy-charm.ts";

const one = "local:mysql-1";
const two = "local:mysql-2";
const three = "local:mysql-3";
const isRoot = process.getuid?.() === 0;

test("the first charm is unpacked with its revision and with hooks that can be run", async () => {
  await using site = await Site.make();
  await site.publishMembers(one, [
    { name: "hooks/install", content: "#!/bin/sh\n", mode: 0o100644 },
    { name: "hooks/helper", content: "data", mode: 0o100644 },
    { name: "revision", content: "77" },
  ]);
  await site.deploy(one, null);

  assert.deepEqual(await readTree(site.paths.charm), await site.cleanTree(one));
  assert.equal(await readFile(join(site.paths.charm, "revision"), "utf8"), "1");
  const modes = ["install", "helper"].map(async (name) => {
    return (await stat(join(site.paths.charm, "hooks", name))).mode & 0o777;
  });
  assert.deepEqual(await Promise.all(modes), [0o755, 0o644]);
  await assertNothingElse(site);
});

test("what a charm wrote at run time goes along, and what only the old charm came with does not", async () => {
  await using site = await Site.make();
  await site.publish(one, {
    "hooks/install": "#!old",
    "hooks/upgrade-charm": "#!old",
    "old/shipped": "old",
    "old/deep/shipped": "old",
    "src/charm.py": "old",
    shared: "old",
  });
  await site.publishMembers(two, [
    { name: "hooks/upgrade-charm", content: "#!new", mode: 0o100644 },
    { name: "src/charm.py", content: "new" },
    { name: "new/shipped", content: "new" },
    { name: "shared", content: "new" },
  ]);
  await site.deploy(one, null);
  const written = {
    ".unit-state.db": "state",
    ".juju-persistent-config": "{}",
    "hooks/written": "beside hooks",
    "old/written": "in a folder of the old charm",
    "old/deep/written": "deep in it",
    "src/__pycache__/charm.cpython-312.pyc": "code",
    "venv/bin/activate": "venv",
    "src/charm.py": "changed by a hook",
  };
  await write(site, written);
  await chmod(join(site.paths.charm, "venv/bin/activate"), 0o751);
  const before = await readTree(site.paths.charm);
  await site.deploy(two, one);

  assert.deepEqual(await readTree(site.paths.charm), {
    ...(await site.cleanTree(two)),
    ".unit-state.db": "file 644 state",
    ".juju-persistent-config": "file 644 {}",
    "hooks/written": "file 644 beside hooks",
    old: "folder 755",
    "old/written": "file 644 in a folder of the old charm",
    "old/deep": "folder 755",
    "old/deep/written": "file 644 deep in it",
    "src/__pycache__": "folder 755",
    "src/__pycache__/charm.cpython-312.pyc": "file 644 code",
    venv: "folder 755",
    "venv/bin": "folder 755",
    "venv/bin/activate": "file 751 venv",
  });
  assert.equal(await readFile(join(site.paths.charm, "revision"), "utf8"), "2");
  assert.match((await readTree(site.paths.charm))["hooks/upgrade-charm"] ?? "", /^file 755/);
  assert.deepEqual(await readTree(site.paths.previousCharm), before);
});

test("links, empty folders, owners, permissions and times of what was written are kept", async () => {
  await using site = await deployed({ "lib/shipped": "old" });
  const { charm } = site.paths;
  await write(site, { "data/secret": "s", "data/inner/file": "f", tool: "#!x" });
  await mkdir(join(charm, "empty/inner"), { recursive: true });
  await symlink("/usr/local/sbin/tool", join(charm, "absolute"));
  await symlink("nowhere/at/all", join(charm, "lib/dangling"));
  await symlink("data", join(charm, "folder-link"));
  await chmod(join(charm, "data/secret"), 0o600);
  await chmod(join(charm, "data/inner"), 0o500);
  await chmod(join(charm, "data"), 0o700);
  await chmod(join(charm, "empty"), 0o1777);
  await chmod(join(charm, "tool"), 0o4755);
  await utimes(join(charm, "data/secret"), 1000, 2000);
  if (isRoot) {
    await chown(join(charm, "data/secret"), 65_534, 65_533);
    await chown(join(charm, "data"), 65_532, 65_531);
  }
  await site.deploy(two, one);

  assert.deepEqual(await readTree(charm), {
    ...(await site.cleanTree(two)),
    absolute: "link to /usr/local/sbin/tool",
    lib: "folder 755",
    "lib/dangling": "link to nowhere/at/all",
    "folder-link": "link to data",
    data: "folder 700",
    "data/secret": "file 600 s",
    "data/inner": "folder 500",
    "data/inner/file": "file 644 f",
    empty: "folder 1777",
    "empty/inner": "folder 755",
    tool: "file 4755 #!x",
  });
  const secret = await stat(join(charm, "data/secret"));
  assert.equal(secret.mtimeMs, 2_000_000);
  if (!isRoot) return;
  const folder = await stat(join(charm, "data"));
  assert.deepEqual(
    [secret.uid, secret.gid, folder.uid, folder.gid],
    [65_534, 65_533, 65_532, 65_531],
  );
});

test("where the new charm has a file or a folder, what was written there stays behind", async () => {
  await using site = await deployed(
    {},
    {
      "file-now": "new",
      "folder-now/shipped": "new",
      "same/shipped": "new",
      "link-now": "-> same",
      clash: "new",
    },
  );
  await write(site, {
    "file-now/written": "below what is a file now",
    "folder-now": "where a folder is now",
    "same/written": "kept",
    "link-now/written": "below what is a link now",
    clash: "written",
  });
  await site.deploy(two, one);

  assert.deepEqual(await readTree(site.paths.charm), {
    ...(await site.cleanTree(two)),
    "same/written": "file 644 kept",
  });
});

test("what a hook has put in the place of a part of the charm counts as that part", async () => {
  await using site = await deployed(
    { "bin/layer_option": "#!old", "lib/shipped": "old", data: "old" },
    { "bin/layer_option": "#!new", "lib/shipped": "new" },
  );
  const { charm } = site.paths;
  const outside = join(site.folder, "outside");
  await mkdir(outside);
  await writeFile(join(outside, "layer_option"), "the host's");
  await rm(join(charm, "bin/layer_option"));
  await symlink(join(outside, "layer_option"), join(charm, "bin/layer_option"));
  await rm(join(charm, "lib"), { recursive: true });
  await symlink(outside, join(charm, "lib"));
  await rm(join(charm, "data"));
  await write(site, { "data/written": "kept" });
  await site.deploy(two, one);

  assert.deepEqual(await readTree(charm), {
    ...(await site.cleanTree(two)),
    data: "folder 755",
    "data/written": "file 644 kept",
  });
  assert.equal(await readFile(join(outside, "layer_option"), "utf8"), "the host's");
  assert.deepEqual(await readdir(outside), ["layer_option"]);
});

test("sockets and pipes stay behind, and the log says so", async () => {
  await using site = await deployed({});
  await write(site, { "run/kept": "kept" });
  execFileSync("mkfifo", [join(site.paths.charm, "run/pipe")]);
  const server = createServer().listen(join(site.paths.charm, "run/socket"));
  await once(server, "listening");
  await site.deploy(two, one);
  server.close();

  assert.deepEqual(await readTree(site.paths.charm), {
    ...(await site.cleanTree(two)),
    run: "folder 755",
    "run/kept": "file 644 kept",
  });
  assert.deepEqual(
    new Set(site.lines.map((line) => line.replace(/^\S+ \S+ /, ""))),
    new Set(
      ["pipe", "socket"].map(
        (name) =>
          `WARNING uniter "run/${name}" stays behind with the old charm: it is no file, folder or link\n`,
      ),
    ),
  );
});

test("a member with any name that an archive may have is known as the charm's own", async () => {
  const odd = { "a\nb": "shipped", " ": "shipped", "\u00e4/\u{1f600}": "shipped" };
  await using site = await deployed(odd);
  await write(site, { a: "written", b: "written" });
  await site.deploy(two, one);

  assert.deepEqual(await readTree(site.paths.charm), {
    ...(await site.cleanTree(two)),
    a: "file 644 written",
    b: "file 644 written",
  });
});

test("a charm may have a member of the name under which the agent notes which charm it is", async () => {
  for (const content of ["another", "-> metadata.yaml"]) {
    await using site = await Site.make();
    await site.publish(one, { ".juju-charm": content });
    await site.deploy(one, null);

    const tree = await readTree(site.paths.charm);
    assert.equal(tree[".juju-charm"], `file 644 ${one}`);
    assert.match(tree["metadata.yaml"] ?? "", /^file 644 name: wordpress/);
  }
});

test("the same charm again changes nothing", async () => {
  await using site = await deployed({});
  await write(site, { written: "kept" });
  const before = await readTree(site.paths.charm);
  const { ino } = await stat(site.paths.charm);
  await site.deploy(one, one);

  assert.deepEqual(await readTree(site.paths.charm), before);
  assert.equal((await stat(site.paths.charm)).ino, ino);
  assert.deepEqual(site.fetched, [one]);
});

test("a charm that cannot be fetched or unpacked leaves the old one as it is, and can be tried again", async () => {
  await using site = await deployed({});
  await write(site, { written: "kept" });
  const before = await readTree(site.paths.charm);
  const bytes = await readFile(site.archiveOf(two));
  await rename(site.archiveOf(two), `${site.archiveOf(two)}.away`);
  await writeFile(site.archiveOf(two), "no zip at all");
  await assert.rejects(site.deploy(two, one), { code: "not valid" });
  assert.deepEqual(await readTree(site.paths.charm), before);

  await writeFile(site.archiveOf(two), bytes);
  await site.deploy(two, one);
  assert.equal((await readTree(site.paths.charm)).written, "file 644 kept");
  assert.equal(await readFile(join(site.paths.charm, ".juju-charm"), "utf8"), two);
});

test("an archive that a power cut has spoilt is fetched again, and a good one is not", async () => {
  await using site = await deployed({});
  const cached = join(site.paths.bundles, "local_3a_mysql-2.charm");
  await mkdir(dirname(cached), { recursive: true });
  await writeFile(cached, "");
  await site.deploy(two, one);
  assert.deepEqual(site.fetched, [one, two]);

  await site.deploy(one, two);
  await site.deploy(two, one);
  assert.deepEqual(site.fetched, [one, two], "archives stay until the charm has settled");
});

test("when the list of a charm's members is lost, everything in its folder counts as written", async () => {
  await using site = await deployed({ shipped: "old" });
  await write(site, { written: "kept" });
  await rm(site.paths.manifests, { recursive: true });
  await site.deploy(two, one);

  const { written, shipped } = await readTree(site.paths.charm);
  assert.deepEqual([written, shipped], ["file 644 kept", "file 644 old"]);
});

test("the charm from before stays until the new one has settled, and comes back as it was", async () => {
  await using site = await deployed({ shared: "old" }, { shared: "new" });
  await write(site, { shared: "changed", database: "before" });
  const before = await readTree(site.paths.charm);
  await site.deploy(two, one);
  await write(site, { database: "migrated", "by-two": "written" });
  await site.deploy(one, two, true);
  assert.deepEqual(await readTree(site.paths.charm), before);
  assert.deepEqual(site.fetched, [one, two]);

  await forgetPreviousCharm(site.paths);
  await assertNothingElse(site);
});

test("a charm that has settled is not exchanged for what is left of the one before", async () => {
  await using site = await deployed({ shared: "old" }, { shared: "new" });
  await write(site, { database: "before" });
  await site.deploy(two, one);
  await write(site, { database: "of today" });
  await site.deploy(one, two, false); // the agent died before it had forgotten the first charm

  assert.deepEqual(await readTree(site.paths.charm), {
    ...(await site.cleanTree(one)),
    database: "file 644 of today",
  });
});

test("a charm that is not wanted any more makes way for the one that runs, however far it came", async () => {
  await using site = await deployed({ shared: "old" }, { shared: "new" });
  await write(site, { shared: "changed" });
  const before = await readTree(site.paths.charm);
  await site.deploy(two, one);
  await abandonCharm(site.paths, { replaces: one, mayReturn: false });

  assert.deepEqual(await readTree(site.paths.charm), before);
  await assertNothingElse(site);
});

test("two upgrades in a row keep the charm from before the last", async () => {
  await using site = await deployed({ first: "1" }, { second: "2" });
  await site.publish(three, { third: "3" });
  await write(site, { written: "kept" });
  await site.deploy(two, one);
  const second = await readTree(site.paths.charm);
  await site.deploy(three, two, true);

  assert.deepEqual(await readTree(site.paths.previousCharm), second);
  assert.deepEqual(await readTree(site.paths.charm), {
    ...(await site.cleanTree(three)),
    written: "file 644 kept",
  });
});

/** A site whose unit runs the first charm; the second can be fetched. */
async function deployed(
  first: Readonly<Record<string, string>>,
  second: Readonly<Record<string, string>> = { "hooks/upgrade-charm": "#!new" },
): Promise<Site> {
  const site = await Site.make();
  await site.publish(one, first);
  await site.publish(two, second);
  await site.deploy(one, null);
  return site;
}

/** Writes as a hook of the charm would. */
async function write(site: Site, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const place = join(site.paths.charm, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, content);
  }
}

/** Nothing but the charm lies in the unit's folder. */
async function assertNothingElse(site: Site): Promise<void> {
  assert.deepEqual((await readdir(site.paths.home)).toSorted(), ["charm", "state"]);
}
