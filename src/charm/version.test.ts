import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
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

test("a git that does not answer is given up after two seconds", async () => {
  await using folder = await newCharmFolder();
  await writeFile(join(folder.path, "git"), "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
  const script = `
    import { describeVersion } from ${JSON.stringify(import.meta.resolve("./version.ts"))};
    console.log(await describeVersion("/"));
  `;
  const env = { ...process.env, PATH: `${folder.path}:${process.env.PATH}` };

  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    encoding: "utf8",
    env,
    timeout: 20_000,
  });

  assert.equal(output, "undefined\n");
});
