import assert from "node:assert/strict";
import { after, test } from "node:test";
import { blog, password } from "#controller/testing.ts";
import { Desk } from "./testing.ts";

const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());
await desk.withController();

const gone = "99999999-0000-4000-8000-000000000000";
/** Somebody else has removed the model since this client heard of it, and perhaps made it anew. */
const remember = (name: string) => desk.files.saveModels("test", new Map([[name, gone]]));
const removed =
  'ERROR model "anna/old" has been removed from the controller: "jumar models" lists those that there are, "jumar switch" selects one\n';

test("a model that was made anew under its name is found by whatever command", async () => {
  await desk.file("metadata.yaml", "name: greeter\nsummary: Greets.\ndescription: Greets.\n");
  for (const words of ["status", "config mysql", "model-config", "deploy . greeter"]) {
    await remember("anna/shop");
    const { status, stderr } = await desk.run(words);
    assert.equal(status, 0, `${words}: ${stderr}`);
  }
  await remember("anna/shop");
  assert.deepEqual(await desk.run("upgrade-model"), {
    ...{ status: 0, stdout: "", stderr: "no upgrades available\n" },
  });
});

test("of a model that is gone it is said so, and what to do", async () => {
  for (const words of ["status -m old", "upgrade-model -m old"]) {
    await remember("anna/old");
    assert.deepEqual(await desk.run(words), { status: 1, stdout: "", stderr: removed }, words);
  }
});

test("who asks for a model by its UUID does not get another one", async () => {
  await remember("anna/old");
  await desk.run("add-model old --no-switch");
  await remember("anna/old");
  assert.deepEqual(await desk.run(`status -m ${gone}`), { status: 1, stdout: "", stderr: removed });
});

test("an administrator finds everybody's models by name", async () => {
  await desk.files.saveAccount("test", { user: "boss", password, access: "superuser" });
  await desk.files.saveModels("test", new Map());
  const { stdout } = await desk.run("status -m nick/blog --format json");
  assert.equal(JSON.parse(stdout).model.name, "blog");
  assert.equal((await desk.files.models("test")).get("nick/blog"), blog);
});
