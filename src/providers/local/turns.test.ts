/** Commands that machines of one host take turns with, over a program that does not bear company. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtempDisposable, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { makeTurns } from "./turns.ts";

const run = promisify(execFile);
const timeout = 20_000;

/** A folder with the commands, whose one program is this script. */
async function makeFolder(script: string) {
  const scratch = await mkdtempDisposable(join(tmpdir(), "jumar-it's-"));
  await writeFile(join(scratch.path, "apt-get"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const turns = join(scratch.path, "turns");
  await makeTurns(turns, scratch.path);
  return { turns, command: join(turns, "apt-get"), [Symbol.asyncDispose]: () => scratch.remove() };
}

test("machines of one host install packages one after the other", async () => {
  const alone = 'mkdir "$0.busy" || exit 7; sleep 0.2; rmdir "$0.busy"; echo "$@"';
  await using folder = await makeFolder(alone);
  const calls = ["a", "b", "c"].map((word) => run(folder.command, ["install", word], { timeout }));
  const printed = (await Promise.all(calls)).map(({ stdout }) => stdout);
  assert.deepEqual(printed, ["install a\n", "install b\n", "install c\n"]);
});

test("one that calls another does not wait for itself, and what it leaves running holds up nobody", async () => {
  const nests = '[ "$1" = inner ] || "$PWD/apt-get" inner; sleep 21 >/dev/null 2>&1 & echo "$1"';
  await using folder = await makeFolder(nests);
  for (const word of ["one", "two"]) {
    const { stdout } = await run(folder.command, [word], { cwd: folder.turns, timeout });
    assert.equal(stdout, `inner\n${word}\n`);
  }
});

test("who may not write to the lock, as users that cannot install anything, need not wait", async () => {
  await using folder = await makeFolder('echo "$@"');
  const lock = join(folder.turns, ".lock");
  assert.equal((await stat(lock)).mode & 0o077, 0);
  await rm(lock);
  await mkdir(lock);
  const { stdout, stderr } = await run(folder.command, ["--version"], { timeout });
  assert.deepEqual({ stdout, stderr }, { stdout: "--version\n", stderr: "" });
});

test("it ends as the program does, and there is none where there is no program", async () => {
  await using folder = await makeFolder("exit 100");
  await assert.rejects(run(folder.command, [], { timeout }), { code: 100 });
  const names = await readdir(folder.turns);
  assert.deepEqual(names.sort(), [".lock", "apt-get"]);
});
