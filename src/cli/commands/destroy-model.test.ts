import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk } from "../testing.ts";

test("where nobody can be asked, it is said all the same what is destroyed, but for --no-prompt", async () => {
  await using desk = await Desk.open();
  await desk.withController();
  const warning = 'This command will destroy the "anna/one" model and all its resources.\n';
  for (const [words, said] of [
    ["one", warning],
    ["two --no-prompt", ""],
    ["three --yes", ""],
  ] as const) {
    await desk.run(`add-model ${words.split(" ")[0]}`);
    const { stderr } = await desk.run(`destroy-model ${words} --no-wait`);
    assert.equal(stderr, `${said}Destroying model\n`, words);
  }
});

test("an answer that is piped in counts", async () => {
  await using desk = await Desk.open();
  await desk.withController();
  await desk.run("add-model spare");
  const answered = (input: string) => desk.run("destroy-model spare --no-wait", { input });

  for (const input of ["n\n", "\n", "no"]) {
    const { status, stderr } = await answered(input);
    assert.equal(status, 1, input);
    assert.match(stderr, /ERROR aborted: nothing was changed\n$/);
  }
  assert.equal((await answered("yes\n")).status, 0);
});

test("on a terminal it is asked first, and nothing but yes is a yes", async () => {
  await using desk = await Desk.open();
  await desk.withController();
  await desk.run("add-model spare");
  const answered = (input: string) =>
    desk.run("destroy-model spare --no-wait --quiet", { isTerminal: true, input });
  const question =
    'This command will destroy the "anna/spare" model and all its resources.\r\n\r\nContinue [y/N]? ';

  for (const input of ["n\n", "\n", "yess\n"]) {
    const { status, stdout } = await answered(input);
    assert.equal(status, 1, input);
    assert.ok(stdout.includes(question), stdout);
    assert.match(stdout, /ERROR aborted: nothing was changed\r\n$/);
  }
  const lifeOfSpare = async () => {
    const { models } = JSON.parse((await desk.run("models --format json")).stdout);
    return models.find((each: { name: string }) => each.name === "anna/spare")?.life;
  };
  assert.equal(await lifeOfSpare(), "alive");
  assert.equal((await answered("y\n")).status, 0);
  assert.equal(await lifeOfSpare(), "dying");
});

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
This command will destroy the "anna/spare" model and all its resources.
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
    ...{ status: 0, stdout: "" },
    stderr:
      'This command will destroy the "anna/spare" model and all its resources.\nDestroying model\n',
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
