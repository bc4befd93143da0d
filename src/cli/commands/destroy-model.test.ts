import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk } from "../testing.ts";

const warning = `\
This command will destroy the "anna/spare" model and all its resources.

To continue, enter the name of the model to be destroyed:`;

test("nothing is destroyed that nobody has agreed to: neither at the end of input nor by a yes", async () => {
  await using desk = await Desk.open();
  await desk.withController();
  await desk.run("add-model spare");
  const answered = (input: string) => desk.run("destroy-model spare --no-wait", { input });

  for (const input of ["n\n", "\n", "yes\n", "shop"]) {
    const stderr = `${warning}\nERROR aborted: nothing was changed\n`;
    assert.deepEqual(await answered(input), { status: 1, stdout: "", stderr }, input);
  }
  const why = "nothing was changed, as nobody has answered; --no-prompt goes on without asking";
  assert.equal((await answered("")).stderr, `${warning}\nERROR aborted: ${why}\n`);
  assert.equal(await lifeOfSpare(desk), "alive");
  const { status, stderr } = await answered("spare\n");
  assert.deepEqual([status, stderr], [0, `${warning}\nDestroying model\n`]);
  assert.equal(await lifeOfSpare(desk), "dying");
});

test("with --no-prompt, or with -y, nobody is asked", async () => {
  await using desk = await Desk.open();
  await desk.withController();
  for (const words of ["two --no-prompt", "three -y"]) {
    await desk.run(`add-model ${words.split(" ")[0]}`);
    const { stderr } = await desk.run(`destroy-model ${words} --no-wait`);
    assert.equal(stderr, "Destroying model\n", words);
  }
});

test("on a terminal it is asked first, and nothing but the name agrees", async () => {
  await using desk = await Desk.open();
  await desk.withController();
  await desk.run("add-model spare");
  const answered = (input: string) =>
    desk.run("destroy-model spare --no-wait --quiet", { isTerminal: true, input });

  for (const input of ["y\n", "\n", "spares\n"]) {
    const { status, stdout } = await answered(input);
    assert.equal(status, 1, input);
    assert.ok(stdout.replaceAll("\r", "").includes(`${warning} `), stdout);
    assert.match(stdout, /ERROR aborted: nothing was changed\r\n$/);
  }
  assert.equal(await lifeOfSpare(desk), "alive");
  assert.equal((await answered("anna/spare\n")).status, 0);
  assert.equal(await lifeOfSpare(desk), "dying");
});

async function lifeOfSpare(desk: Desk): Promise<string | undefined> {
  const { models } = JSON.parse((await desk.run("models --format json")).stdout);
  return models.find((each: { name: string }) => each.name === "anna/spare")?.life;
}

test("whoever stops waiting for a model's end learns that it goes on, and where it is seen", async () => {
  await using desk = await Desk.open();
  await desk.withController();
  await desk.run("add-model spare");

  const { status, stderr } = await desk.run("destroy-model spare --no-prompt", {
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

  assert.deepEqual(await desk.run("destroy-model test:spare --no-wait --yes"), {
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
