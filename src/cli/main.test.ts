import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { blog } from "#controller/testing.ts";
import { Desk } from "./testing.ts";

const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());
const controller = await desk.withController();

const json = async (words: string) => JSON.parse((await desk.run(words)).stdout);

test("what was asked for is printed, and nothing beside it, with status 0", async () => {
  assert.deepEqual(await desk.run("whoami"), {
    status: 0,
    stdout: "Controller:  test\nModel:       anna/shop\nUser:        anna\n",
    stderr: "",
  });
});

test("what fails says why on standard error, in one line, with status 1", async () => {
  assert.deepEqual(await desk.run("config nobody"), {
    status: 1,
    stdout: "",
    stderr: 'ERROR application "nobody" not found\n',
  });
});

test("what cannot be understood ends with status 2, and says how it is written", async () => {
  assert.deepEqual(await desk.run("add-unit"), {
    status: 2,
    stdout: "",
    stderr:
      "Usage: jumar add-unit [options] <application-name>\nERROR no application name specified\n",
  });
  assert.deepEqual(await desk.run("statsu"), {
    status: 2,
    stdout: "",
    stderr:
      'ERROR "statsu" is not a jumar command. Did you mean "status"? See "jumar help commands".\n',
  });
});

test("what would ask a charm store says that there is none, and what to do instead", async () => {
  const { status, stderr } = await desk.run("charm-resources postgresql");
  const instead = '"jumar resources" shows those of an application';
  const text = `"charm-resources" asks a charm store, and there is none yet: ${instead}`;
  assert.deepEqual([status, stderr], [2, `ERROR ${text}\n`]);
  assert.match((await desk.run("find nginx")).stderr, /none yet: charms on this host are deployed/);
});

test("an error is heard however quiet the command is to be", async () => {
  const { status, stderr } = await desk.run("config nobody --quiet");
  assert.deepEqual([status, stderr], [1, 'ERROR application "nobody" not found\n']);
});

test("--quiet leaves out what is said beside the answer, and --verbose says more", async () => {
  const loud = await desk.run("add-unit mysql --verbose");
  assert.match(loud.stderr, /^Added mysql\/\d+\n$/);
  assert.equal((await desk.run("add-unit mysql")).stderr, "");
  assert.equal((await desk.run("rollouts")).stderr, "No rollouts yet.\n");
  assert.equal((await desk.run("rollouts --quiet")).stderr, "");
});

test("--debug tells where an error came from, and without it nothing does", async () => {
  assert.match(
    (await desk.run("config nobody --debug")).stderr,
    /^ERROR application "nobody" not found\nProblem: application "nobody" not found\n {4}at .*\.ts:/,
  );
  assert.doesNotMatch((await desk.run("config nobody")).stderr, /\n {4}at /);
});

test("what the system refuses is told in words, with the path", async () => {
  assert.equal(
    (await desk.run("whoami -o /none/here --format json")).stderr,
    'ERROR cannot open "/none/here": there is no such file or folder\n',
  );
});

test("a disk that is full is told as one", async () => {
  assert.match(
    (await desk.run("whoami -o /dev/full")).stderr,
    /^ERROR cannot write.*: the disk is full; free some space and try again\n$/,
  );
});

test("json is one line, yaml the same value, and -o writes it to a file", async () => {
  const shown = { controller: "test", model: "anna/shop", user: "anna" };
  assert.equal((await desk.run("whoami --format json")).stdout, `${JSON.stringify(shown)}\n`);
  const yaml = "controller: test\nmodel: anna/shop\nuser: anna\n";
  assert.equal((await desk.run("whoami --format yaml")).stdout, yaml);
  assert.equal((await desk.run("whoami --format yaml -o out.yaml")).stdout, "");
  assert.equal(await readFile(`${desk.folder}/out.yaml`, "utf8"), yaml);
});

test("a model is named by -m, --model or JUJU_MODEL, with its owner and controller or without", async () => {
  for (const words of ["-m shop", "--model anna/shop", "-m test:shop", "-m=test:anna/shop"]) {
    assert.equal((await json(`status --format json ${words}`)).model.name, "shop", words);
  }
  await controller.store.write(blog, async (tx) => {
    const { grant } = await import("#domain/user/user.ts");
    await grant(tx, { user: "anna", access: "read" });
  });
  const environment = { JUJU_MODEL: "test:nick/blog" };
  const { stdout } = await desk.run("status --format json", { environment });
  assert.equal(JSON.parse(stdout).model.name, "blog");
  const both = await desk.run("status --format json -m shop", { environment });
  assert.equal(JSON.parse(both.stdout).model.name, "shop");
});

test("a controller that was never finished is told apart from one that does not answer", async () => {
  const known = await desk.files.controller("test");
  await desk.files.saveController("begun", { ...known, addresses: [] });
  await desk.files.saveAccount("begun", { user: "admin", password: "", access: "superuser" });
  assert.equal(
    (await desk.run("models -c begun")).stderr,
    'ERROR controller begun was never finished: remove what there is with "jumar kill-controller begun"\n',
  );
});

test("a command ends without a word when nobody reads any more, even one that goes on", async () => {
  for (const words of ["help commands", "status", "status --watch 1s"]) {
    const { status, stderr } = await desk.run(words, { isUnread: true });
    assert.deepEqual([status, stderr], [0, ""], words);
  }
});

test("help is the same by all its ways", async () => {
  const [asked, ...others] = await Promise.all(
    ["help status", "status -h", "status --help", "status --watch 1s -h"].map((words) =>
      desk.run(words),
    ),
  );
  assert.match(asked?.stdout ?? "", /^Usage: jumar status \[options\] \[<selector> \.\.\.\]\n/);
  for (const other of others) assert.deepEqual(other, asked);
  assert.deepEqual(await desk.run(""), await desk.run("help"));
});

test("whoever calls the program juju reads of juju in its help", async () => {
  const environment = { JUMAR_CALLED_AS: "juju" };
  const { stdout } = await desk.run("help status", { environment });
  assert.match(stdout, /^Usage: juju status /);
  assert.match(stdout, /\n {4}juju status --watch 1s\n/);
  assert.doesNotMatch(stdout, /\bjumar\b/);
});

test("whoever calls the program juju reads of juju in what was wrong, and values stay as they are", async () => {
  const environment = { JUMAR_CALLED_AS: "juju" };
  const said = async (words: string) => (await desk.run(words, { environment })).stderr;
  assert.equal(
    await said("add-unit"),
    "Usage: juju add-unit [options] <application-name>\nERROR no application name specified\n",
  );
  assert.equal(
    await said("stauts-of-jumar"),
    'ERROR "stauts-of-jumar" is not a juju command. See "juju help commands".\n',
  );
});
