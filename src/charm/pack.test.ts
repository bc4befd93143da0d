import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, readlink, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openArchive } from "./archive.ts";
import { packFolder } from "./pack.ts";
import { metadata, newCharmFolder, writeFiles } from "./testing.ts";

interface Place {
  readonly charm: string;
  readonly output: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A folder with a charm of these files, beside a place for its archive. */
async function newCharm(files: Readonly<Record<string, string>> = {}): Promise<Place> {
  const folder = await newCharmFolder();
  const charm = join(folder.path, "wordpress");
  await writeFiles(charm, { "metadata.yaml": metadata, ...files });
  return {
    charm,
    output: join(folder.path, "x.charm"),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

async function packed({ charm, output }: Place): Promise<readonly string[]> {
  await packFolder(charm, output);
  await using archive = await openArchive(output);
  return archive.members;
}

async function refusal(place: Place, message: string): Promise<void> {
  await assert.rejects(packFolder(place.charm, place.output), { code: "not valid", message });
  const left = await readdir(join(place.output, ".."));
  assert.deepEqual(left, ["wordpress"]);
}

test("what is packed unpacks to the same files, links, empty folders and modes", async () => {
  await using place = await newCharm({
    "src/charm.py": "print('hello')\n",
    "data/large": "0123456789".repeat(100_000),
    "data/empty": "",
    "hooks/install": "#!/bin/sh\n",
    "hooks/start": "-> install",
    "hooks/helper": "no hook",
    dispatch: "#!/bin/sh\n",
    revision: "7\n",
  });
  await mkdir(join(place.charm, "logs"));
  await chmod(join(place.charm, "src/charm.py"), 0o700);

  const { sha256, size } = await packFolder(place.charm, place.output);

  const bytes = await readFile(place.output);
  assert.equal(sha256, createHash("sha256").update(bytes).digest("hex"));
  assert.equal(size, bytes.length);
  await using archive = await openArchive(place.output);
  assert.equal(archive.charm.revision, 7);
  const unpacked = `${place.output}.d`;
  await archive.unpack(unpacked, { revision: 7 });
  const read = (path: string) => readFile(join(unpacked, path), "utf8");
  assert.equal(await read("src/charm.py"), "print('hello')\n");
  assert.equal(await read("data/large"), "0123456789".repeat(100_000));
  assert.equal(await read("data/empty"), "");
  assert.equal(await readlink(join(unpacked, "hooks/start")), "install");
  assert.deepEqual(await readdir(join(unpacked, "logs")), []);
});

test("modes in the archive are one of two, and known hooks are executable", async () => {
  await using place = await newCharm({
    "hooks/install": "",
    "hooks/helper": "",
    dispatch: "",
    run: "",
    link: "-> run",
  });
  await chmod(join(place.charm, "run"), 0o711);
  await chmod(join(place.charm, "hooks/helper"), 0o666);
  await packFolder(place.charm, place.output);

  const listing = `
import sys, zipfile
for info in zipfile.ZipFile(sys.argv[1]).infolist():
    print(info.filename, oct(info.external_attr >> 16), *info.date_time)
`;
  const lines = execFileSync("python3", ["-c", listing, place.output], { encoding: "utf8" });

  assert.deepEqual(lines.trimEnd().split("\n"), [
    "dispatch 0o100755 1980 1 1 0 0 0",
    "hooks/ 0o40755 1980 1 1 0 0 0",
    "hooks/helper 0o100644 1980 1 1 0 0 0",
    "hooks/install 0o100755 1980 1 1 0 0 0",
    "link 0o120777 1980 1 1 0 0 0",
    "metadata.yaml 0o100644 1980 1 1 0 0 0",
    "revision 0o100644 1980 1 1 0 0 0",
    "run 0o100755 1980 1 1 0 0 0",
  ]);
});

test("the same folder gives the same bytes, whenever and wherever it is packed", async () => {
  const files = { "b/x": "1", "a-b": "2", "a/c": "3", link: "-> b" };
  await using first = await newCharm(files);
  await using second = await newCharm(Object.fromEntries(Object.entries(files).toReversed()));
  await utimes(join(second.charm, "b/x"), 1, 1);
  await chmod(join(second.charm, "b"), 0o700);

  const here = await packFolder(first.charm, first.output);
  const there = packElsewhere(second, "Pacific/Kiritimati");

  assert.deepEqual(there, here);
});

/** Packs in a process that lives in another time zone. */
function packElsewhere({ charm, output }: Place, zone: string): unknown {
  const script = `
    import { packFolder } from ${JSON.stringify(import.meta.resolve("./pack.ts"))};
    console.log(JSON.stringify(await packFolder(...process.argv.slice(1))));
  `;
  const command = ["--input-type=module", "--eval", script, charm, output];
  return JSON.parse(
    execFileSync(process.execPath, command, {
      encoding: "utf8",
      env: { ...process.env, TZ: zone },
    }),
  );
}

test("version control, builds and what .jujuignore names stay out of the archive", async () => {
  await using place = await newCharm({
    ".jujuignore": "*.log\n!keep.log\n/docs/\n!.tox\n",
    ".svn/entries": "",
    ".bzr/x": "",
    "lib/.hg/x": "",
    "build/x": "",
    "src/build/x": "",
    "src/a.log": "",
    "src/keep.log": "",
    "docs/keep.log": "",
    ".tox/x": "",
    ".env": "",
  });

  assert.deepEqual(await packed(place), [
    ".env",
    ".tox",
    ".tox/x",
    "lib",
    "metadata.yaml",
    "revision",
    "src",
    "src/build",
    "src/build/x",
    "src/keep.log",
  ]);
});

test("the archive itself is not packed into the next one", async () => {
  await using place = await newCharm();
  const inside = { ...place, output: join(place.charm, "x.charm") };

  const first = await packFolder(inside.charm, inside.output);

  assert.deepEqual(await packFolder(inside.charm, inside.output), first);
  assert.deepEqual(await packed(inside), ["metadata.yaml", "revision"]);
});

test("what a packing that was cut short has left is no hindrance", async () => {
  await using place = await newCharm();
  await writeFile(`${place.output}.partial`, "half an arch");

  assert.deepEqual(await packed(place), ["metadata.yaml", "revision"]);
});

test("revision and version are written anew, even if .jujuignore takes them back in", async () => {
  await using place = await newCharm({
    ".jujuignore": "!/version\n!/revision\n",
    version: "v1.2\nmore",
    "src/version": "kept",
  });

  assert.deepEqual(await packed(place), [
    "metadata.yaml",
    "revision",
    "src",
    "src/version",
    "version",
  ]);
  await using archive = await openArchive(place.output);
  assert.equal(archive.charm.revision, 0);
  assert.equal(archive.charm.version, "v1.2");
});

test("the version is what git calls the work tree that the folder lies in", async () => {
  await using place = await newCharm({ version: "of old" });
  const git = (...args: readonly string[]) =>
    execFileSync(
      "git",
      [
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.com",
        "-c",
        "commit.gpgsign=false",
        ...args,
      ],
      { cwd: join(place.charm, "..") },
    );
  const version = async () => {
    await packFolder(place.charm, place.output);
    await using archive = await openArchive(place.output);
    return archive.charm.version;
  };
  git("init", "--quiet");
  git("add", "wordpress");
  git("commit", "--quiet", "--message=first");
  git("tag", "--annotate", "v3", "--message=third");

  assert.equal(await version(), "v3");
  await writeFile(join(place.charm, "metadata.yaml"), `${metadata}tags: [blog]\n`);
  assert.equal(await version(), "v3-dirty");
});

test("links that are absolute or lead out of the charm are refused", async () => {
  await using absolute = await newCharm({ "venv/bin/python": "-> /usr/bin/python3" });
  await using upward = await newCharm({ "lib/x": "-> ../../x" });

  await refusal(absolute, 'symlink "venv/bin/python" is absolute: "/usr/bin/python3"');
  await refusal(upward, 'symlink "lib/x" links out of charm: "../../x"');
});

test("a link that stands for one of the charm's own files is refused", async () => {
  await using place = await newCharm({
    "other.yaml": "options: {}",
    "config.yaml": "-> other.yaml",
  });

  await refusal(place, '"config.yaml" is not a file');
});

test("pipes are refused, unless they are ignored", async () => {
  await using place = await newCharm();
  execFileSync("mkfifo", [join(place.charm, "pipe")]);

  await refusal(place, 'file is a named pipe: "pipe"');
  await writeFile(join(place.charm, ".jujuignore"), "pipe");
  assert.deepEqual(await packed(place), ["metadata.yaml", "revision"]);
});

test("names that zip files have another meaning for are refused", async () => {
  await using place = await newCharm({ "a\\b": "" });

  await refusal(place, 'cannot pack "a\\\\b": its name has a backslash or a drive letter');
});

test("a charm that would be refused when unpacked is refused when packed", async () => {
  await using place = await newCharm();
  const size = 70 * 1024 ** 2;
  await writeFile(join(place.charm, "zeros"), Buffer.alloc(size));

  const total = size + metadata.length + 1;
  await refusal(place, `charm unpacks to ${total} bytes, more than 100 times its archive`);
});

test("a folder that is no charm is refused, with a hint when it is yet to be built", async () => {
  await using bare = await newCharm();
  await using source = await newCharm({ "charmcraft.yaml": "type: charm" });
  for (const { charm } of [bare, source]) await rm(join(charm, "metadata.yaml"));

  await refusal(bare, "charm has no metadata.yaml");
  await refusal(
    source,
    `charm has no metadata.yaml: charmcraft.yaml is not enough, run "charmcraft pack" and use what it makes`,
  );
});
