import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { standardPath } from "#providers/local/own-host.ts";
import { root } from "../../scripts/bundle.ts";
import type { Scratch } from "../../scripts/scratch.ts";
import { bootstrapped } from "../journeys/cloud.ts";
import { copyCharm } from "./charms.ts";

const clients = join(root, "tests", "compatibility", "clients");

test("programs on jubilant and on python-libjuju find in a model what they expect of Juju", async (t) => {
  await using scratch = await bootstrapped();
  await scratch.jumar("add-model blog");
  const form = join(scratch.folder, "form.txt");
  await writeFile(form, "empty");
  const clerk = await copyCharm(scratch, "clerk", { on: "bash" });
  const aide = await copyCharm(scratch, "aide", { on: "bash" });
  const play = (program: string, model: string) =>
    playIn(scratch, join(clients, program), [model, clerk, aide, form]);

  await Promise.all([
    t.test("jubilant, by the command line", () => play("with_jubilant.py", "shop")),
    t.test("python-libjuju, by the API", () => play("with_libjuju.py", "blog")),
  ]);
});

/** Runs the program, which says on its standard error what is not as it expects. */
async function playIn(scratch: Scratch, program: string, words: readonly string[]) {
  const env = {
    ...scratch.environment,
    PATH: [join(root, "bin"), standardPath, process.env.PATH].join(":"),
    PYTHONPATH: join(clients, "venv"),
    PYTHONDONTWRITEBYTECODE: "1",
    TMPDIR: scratch.folder,
  };
  try {
    await promisify(execFile)("python3", ["-W", "ignore", program, ...words], { env });
  } catch (error) {
    assert.fail((error as { stderr?: string }).stderr);
  }
}
