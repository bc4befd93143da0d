import assert from "node:assert/strict";
import { after, test } from "node:test";
import { shop } from "#controller/testing.ts";
import { deployApp, runAll } from "#domain/testing.ts";
import { Desk } from "../testing.ts";

const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());
const { store } = await desk.withController();
await deployApp(store, shop, { name: "web", metadata: "requires: {db: mysql}" });
await runAll(store, shop);
await desk.run("integrate web mysql");

const silent = { status: 0, stdout: "", stderr: "" };

async function relation(): Promise<string | undefined> {
  const { stdout } = await desk.run("status --relations");
  return stdout.split("\n").find((line) => line.startsWith("mysql:server"));
}

test("a relation is suspended with a message and resumed, by its id", async () => {
  const line = ["suspend-relation", "1", "--message", "being moved"];
  assert.deepEqual(await desk.run(line), silent);
  assert.match((await relation()) ?? "", / suspended - being moved *$/);
  assert.deepEqual(await desk.run("resume-relation 1"), silent);
  assert.match((await relation()) ?? "", / regular *$/);
});

test("of several relations all that can be are suspended, and what cannot is said", async () => {
  const { status, stderr } = await desk.run("suspend-relation 0,1");
  const text = 'cannot suspend or resume relation "mysql:cluster": is a peer relation';
  assert.deepEqual([status, stderr], [1, `ERROR ${text}\n`]);
  assert.match((await relation()) ?? "", / suspended *$/);
});

test("what is no id of a relation is refused", async () => {
  for (const [line, code, text] of [
    ["suspend-relation", 2, "no relation ids specified"],
    ["resume-relation seven", 2, 'relation ID "seven" not valid'],
    ["suspend-relation 7", 1, "relation 7 not found"],
    ["remove-relation 7", 1, "relation 7 not found"],
    ["remove-relation web", 2, "a relation must involve two applications"],
    [
      "integrate web mysql --via 10.0.0.0/8",
      ...[1, 'a relation cannot be restricted to "10.0.0.0/8" yet'],
    ],
  ] as const) {
    const ran = await desk.run(line);
    assert.deepEqual([ran.status, ran.stderr.split("\n").at(-2)], [code, `ERROR ${text}`], line);
  }
});

test("a relation is removed by its id, and by force at once", async () => {
  assert.deepEqual(await desk.run("remove-relation 1"), silent);
  assert.match((await relation()) ?? "", / broken *$/);
  assert.deepEqual(await desk.run("remove-relation 1 --force"), silent);
  assert.equal(await relation(), undefined);
});
