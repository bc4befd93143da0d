import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { newCharmFolder } from "./testing.ts";
import { describeVersion, parseVersion } from "./version.ts";

test("a version is a line of at most 100 characters, without Bazaar's prefix", () => {
  assert.equal(parseVersion("revision-id: jane-42 \nmore"), "jane-42");
  assert.equal(parseVersion("x".repeat(101)), "x".repeat(100));
  assert.equal(parseVersion(""), "");
});

test("a folder outside of any work tree has no version", async () => {
  await using folder = await newCharmFolder();

  assert.equal(await describeVersion(folder.path), undefined);
});

test("Mercurial and Bazaar are asked where they have left their folder", async () => {
  await using folder = await newCharmFolder();
  await mkdir(join(folder.path, ".bzr"));
  const answer = "#!/bin/sh\necho revision-id: jane-42\necho date: now\n";
  for (const name of ["hg", "bzr"]) {
    await writeFile(join(folder.path, name), answer.replace("jane", name), { mode: 0o755 });
  }
  assert.equal(describeIn(folder.path), "bzr-42\n");
  await mkdir(join(folder.path, ".hg"));
  assert.equal(describeIn(folder.path), "hg-42\n");
});

test("a git that does not answer is given up after two seconds", async () => {
  await using folder = await newCharmFolder();
  await writeFile(join(folder.path, "git"), "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
  assert.equal(describeIn(folder.path, "/"), "undefined\n");
});

/** The folder's version, with what is in \`path\` for commands. */
function describeIn(path: string, folder = path): string {
  const script = `
    import { describeVersion } from ${JSON.stringify(import.meta.resolve("./version.ts"))};
    console.log(await describeVersion(${JSON.stringify(folder)}));
  `;
  return execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    encoding: "utf8",
    env: { ...process.env, PATH: `${path}:${process.env.PATH}` },
    timeout: 20_000,
  });
}
