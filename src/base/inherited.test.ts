/** What a program closes that it did not open itself. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";

test("what a script has locked is not kept by what its programs leave behind", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-inherited-"));
  const lock = join(folder.path, "lock");
  const own = join(folder.path, "own");
  const module = join(import.meta.dirname, "inherited.ts");
  const program = `
    import { spawnSync } from "node:child_process";
    import { open } from "node:fs/promises";
    import { closeInherited } from ${JSON.stringify(module)};
    await using file = await open(${JSON.stringify(own)}, "w");
    closeInherited();
    await file.write("still open");
    console.log(spawnSync("/bin/ls", ["-l", "/proc/self/fd"], { encoding: "utf8" }).stdout);
  `;
  const script = 'exec 63>"$1" 64>"$1"; shift; exec "$@"';
  const words = ["--no-warnings", "--input-type=module", "-e", program];
  const child = spawn("/bin/bash", ["-c", script, "bash", lock, process.execPath, ...words]);
  const [shown] = await Promise.all([text(child.stdout), once(child, "exit")]);

  assert.match(shown, / 1 -> /);
  assert.doesNotMatch(shown, /lock/);
  assert.equal(await readFile(own, "utf8"), "still open");
});
