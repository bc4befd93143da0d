import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { makeStage, Stage } from "../../stage/testing.ts";
import { otherId, sharedId } from "./testing.ts";

const value = "s3cr3t-value";
const encoded = Buffer.from(value).toString("base64");

async function onStage(hooks: Readonly<Record<string, string>>): Promise<Stage> {
  const files = Object.entries(hooks).map(([name, lines]) => [
    `hooks/${name}`,
    `#!/bin/sh\n${lines}\n`,
  ]);
  return Stage.open(await makeStage({ ...Object.fromEntries(files), value }));
}

const add = "id=$(secret-add password#file=value --label db)";

test("a hook reads the secret that it makes, and the controller hears of it when it succeeds", async () => {
  await using stage = await onStage({
    start: `${add}; secret-get $id >seen; secret-get --label db password >>seen
secret-info-get --label db | tail -n +2 >>seen; secret-set $id token=abc
secret-get $id >>seen; [ "$id" = "secret:$(secret-ids)" ] && secret-grant $id -r 1`,
  });
  await stage.run({ kind: "start" });
  const info = "  revision: 1\n  label: db\n  owner: application\n  rotation: never\n";
  const seen = `password: ${value}\n${value}\n${info}token: abc\n`;
  assert.equal(await stage.read("seen"), seen);
  const [commit] = await stage.commits();
  const [{ id = "" } = {}] = commit?.changes.secrets ?? [];
  assert.match(id, /^[0-9a-v]{20}$/);
  assert.deepEqual(commit?.changes.secrets, [
    { kind: "create", id, owner: "application", label: "db", content: { token: "YWJj" } },
    { kind: "grant", id, relation: 1, unit: "" },
  ]);
});

test("a hook that fails leaves no secret, and what it wrote of one is nowhere", async () => {
  await using stage = await onStage({ install: `${add}; exit 1` });
  await stage.run({ kind: "install" });
  assert.deepEqual(await stage.commits(), []);
  assert.deepEqual(await filesWith(stage, encoded), []);
});

test("what a hook wrote of secrets is in no file of the agent's once the controller has it", async () => {
  await using stage = await onStage({ install: add, start: "secret-get --label db >/dev/null" });
  await stage.run({ kind: "install" });
  await stage.run({ kind: "start" });
  assert.deepEqual(await filesWith(stage, value), ["value"]);
  assert.deepEqual(await filesWith(stage, encoded), []);
  assert.equal(
    stage.lines.some((line) => line.includes(value) || line.includes(encoded)),
    false,
  );
});

test("until then it lies where only the agent reads, and in no journal that stays", async () => {
  await using stage = await onStage({ install: add });
  await stage.refuse("away", "internal error");
  await assert.rejects(stage.run({ kind: "install" }));
  const [file = "", ...others] = await filesWith(stage, encoded);
  assert.deepEqual(others, []);
  assert.match(file, /\/changes$/);
  assert.equal((await stat(join(stage.folder, file))).mode & 0o777, 0o600);
  assert.equal((await stat(join(stage.folder, file, ".."))).mode & 0o777, 0o700);
  await stage.refuse(undefined);
  await stage.resume();
  const [commit] = await stage.commits();
  assert.deepEqual(commit?.changes.secrets[0]?.content, { password: encoded });
  assert.deepEqual(await filesWith(stage, encoded), []);
});

test("a unit goes on with the revision that it reads, peeks at the latest, and reads it when it says so", async () => {
  const get = `secret-get ${sharedId} password`;
  await using stage = await onStage({
    install: `${get} >seen; ${get} --peek >>seen`,
    start: `${get} >seen; ${get} --peek >>seen; ${get} >>seen; ${get} --refresh >>seen; ${get} >>seen`,
    stop: `${get} >seen`,
  });
  await stage.share("one");
  await stage.run({ kind: "install" });
  assert.equal(await stage.read("seen"), "one\none\n");
  await stage.share("one", "two");
  await stage.run({ kind: "start" });
  assert.equal(await stage.read("seen"), "one\ntwo\none\ntwo\ntwo\n");
  await stage.run({ kind: "stop" });
  assert.equal(await stage.read("seen"), "two\n");
  const consume = { kind: "consume", id: sharedId };
  assert.deepEqual(
    (await stage.commits()).map(({ changes }) => changes.secrets),
    [[{ ...consume, revision: 1 }], [{ ...consume, revision: 2 }], []],
  );
});

test("a unit that calls a secret something reads it by that, in the same hook and in later ones", async () => {
  await using stage = await onStage({
    install: `secret-get ${sharedId} --label mine >seen; secret-get --label mine >>seen`,
    start: "secret-get --label mine >>seen; secret-get --label other 2>>seen || true",
  });
  await stage.share("one");
  await stage.run({ kind: "install" });
  await stage.run({ kind: "start" });
  const all = "password: one\n".repeat(3);
  assert.equal(await stage.read("seen"), `${all}ERROR secret "" not found\n`);
});

test("what a unit reads from now on it reads by every name of it, in the same hook", async () => {
  await using stage = await onStage({
    install: `secret-get ${sharedId} --label mine >/dev/null`,
    start: `secret-get ${sharedId} --refresh >seen; secret-get --label mine >>seen`,
  });
  await stage.share("one");
  await stage.run({ kind: "install" });
  await stage.share("one", "two");
  await stage.run({ kind: "start" });
  assert.equal(await stage.read("seen"), "password: two\npassword: two\n");
});

test("the owner sees its own new content once it asks for the latest, and one revision comes of it", async () => {
  await using stage = await onStage({
    install: `secret-add password=one --label db`,
    start: `id=$(secret-ids); secret-set $id password=two; secret-set $id password=three
secret-get $id password >seen; secret-get $id password --peek >>seen
secret-get $id password --refresh >>seen; secret-get $id password >>seen
secret-info-get $id | grep revision >>seen`,
  });
  await stage.run({ kind: "install" });
  await stage.run({ kind: "start" });
  assert.equal(await stage.read("seen"), "one\nthree\nthree\nthree\n  revision: 2\n");
  const [, commit] = await stage.commits();
  const kinds = commit?.changes.secrets.map(({ kind, revision }) => [kind, revision]);
  assert.deepEqual(kinds, [
    ["update", undefined],
    ["consume", 0],
  ]);
});

test("what there is not of a secret cannot be removed, and with the last of it the secret is gone", async () => {
  const gone = (id: string) => `secret-remove ${id} --revision`;
  await using stage = await onStage({
    install: "id=$(secret-add password=one); secret-set $id password=two; echo $id >id",
    start: `id=$(cat id); secret-set $id password=three
{ ${gone("$id")} 3; ${gone("$id")} 1; ${gone("$id")} 1; } 2>seen; true`,
    stop: `id=$(cat id); { ${gone("$id")} 2 && secret-set $id password=four; } 2>>seen; secret-ids >>seen`,
  });
  for (const kind of ["install", "start", "stop"] as const) await stage.run({ kind });
  const id = (await stage.read("id")).trim().replace("secret:", "");
  const refused = (revision: number) => `ERROR secret revision "${id}/${revision}" not found\n`;
  assert.equal(
    await stage.read("seen"),
    `${refused(3)}${refused(1)}ERROR secret "${id}" not found\n`,
  );
  const removed = (await stage.commits()).map(({ changes }) =>
    changes.secrets.filter(({ kind }) => kind === "remove").map(({ revision }) => revision),
  );
  assert.deepEqual(removed, [[], [1], [2]]);
});

test("a name that the unit has for another secret is refused at once, as is a stranger to a relation", async () => {
  await using stage = await onStage({
    install: `secret-get ${sharedId} --label mine >/dev/null`,
    start: `exec 2>seen; secret-get ${otherId} --label mine; id=$(secret-add key=b)
secret-grant $id -r 1 --unit other/0; secret-grant $id -r 1 --unit wordpress/0`,
  });
  await stage.share("one");
  await stage.run({ kind: "install" });
  await stage.run({ kind: "start" });
  assert.equal(
    await stage.read("seen"),
    `ERROR secret with label "mine" already exists
ERROR unit "other/0" in relation 1 not found
`,
  );
});

test("only the leader adds secrets of the application, and nobody changes those of others", async () => {
  await using stage = await onStage({
    install: `secret-add password=one 2>seen; secret-set ${sharedId} password=two 2>>seen
secret-remove ${sharedId} 2>>seen; secret-add --owner unit password=one >/dev/null`,
  });
  await stage.follow("mysql/1");
  await stage.run({ kind: "install" });
  const unknown = `ERROR secret "${sharedId}" not found\n`;
  const refused = "ERROR cannot add secret: this unit is not the leader\n";
  assert.equal(await stage.read("seen"), `${refused}${unknown}${unknown}`);
});

/** The files below the stage, but for what the controller has, in which there is the text. */
async function filesWith({ folder }: Stage, text: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
  const own = paths.filter((path) => path !== join(folder, "commits"));
  const found = await Promise.all(own.map(async (path) => (await readFile(path)).includes(text)));
  const names = own.filter((_, at) => found[at]).map((path) => path.slice(folder.length));
  return names.map((name) => (name.endsWith("/charm/value") ? "value" : name));
}
