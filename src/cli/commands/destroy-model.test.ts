import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk } from "../testing.ts";

test("whoever stops waiting for a model's end learns that it goes on, and where it is seen", async () => {
  await using desk = await Desk.open();
  await desk.withController();
  await desk.run("add-model spare");

  const { status, stderr } = await desk.run("destroy-model spare", {
    onOutput: (printed, end) => {
      if (printed.includes("Waiting for")) end("SIGINT");
    },
  });

  assert.equal(status, 1);
  assert.equal(
    stderr,
    `\
Destroying model
Waiting for 0 machine(s) and 0 application(s) to go ...

Interrupted. Model anna/spare goes on being destroyed; "jumar models" shows its state.
`,
  );
});

test("a model is destroyed on the controller that its name begins with, and forgotten", async () => {
  await using desk = await Desk.open();
  await desk.withController();
  const known = await desk.files.controller("test");
  await desk.files.saveController("other", { ...known, addresses: ["127.0.0.1:1"] });
  await desk.files.saveAccount("other", { user: "anna", password: "", access: "login" });
  await desk.run("add-model spare");
  await desk.files.setCurrentController("other");

  assert.deepEqual(await desk.run("destroy-model test:spare --no-wait"), {
    ...{ status: 0, stdout: "", stderr: "Destroying model\n" },
  });
  const { stdout } = await desk.run("models -c test --format json");
  const models: { name: string; life: string }[] = JSON.parse(stdout).models;
  assert.deepEqual(
    models.map(({ name, life }) => [name, life]),
    [
      ["anna/shop", "alive"],
      ["anna/spare", "dying"],
    ],
  );
});
