import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Desk } from "../testing.ts";

const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());
await desk.withController();

const silent = { status: 0, stdout: "", stderr: "" };

function failed(text: string) {
  return { status: 1, stdout: "", stderr: `ERROR ${text}\n` };
}

/** The secret's document, without its times and its checksum. */
async function show(words: string): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await desk.run(`show-secret ${words} --format json`);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  const [[id = "", secret] = []] = Object.entries(JSON.parse(stdout));
  const { created: _, updated: __, checksum, ...rest } = secret as Record<string, unknown>;
  assert.match(String(checksum), /^[0-9a-f]{64}$/);
  return { id, ...rest };
}

test("a secret without a name is refused", async () => {
  const { status, stderr } = await desk.run(["add-secret", "", "password=s3cr3t"]);
  assert.equal(status, 2);
  assert.match(stderr, /\nERROR missing secret name\n$/);
});

test("a secret is kept, shown, changed, granted and removed by its name or its URI", async () => {
  const file = await desk.file("value", "s3cr3t");
  const none = { ...silent, stderr: "No secrets yet.\n" };
  assert.deepEqual(await desk.run("secrets"), none);
  const added = await desk.run([
    "add-secret",
    "db",
    `password#file=${file}`,
    "--info",
    "of the shop",
  ]);
  const [, id = ""] = /^secret:([0-9a-v]{20})\n$/.exec(added.stdout) ?? [];
  assert.notEqual(id, "");
  const about = { id, owner: "<model>", name: "db", description: "of the shop" };
  assert.deepEqual(await show("db"), { ...about, revision: 1 });

  assert.deepEqual(await desk.run(`update-secret ${id} password=new --name database`), silent);
  const revealed = await show("database --reveal");
  const named = { ...about, name: "database", revision: 2 };
  assert.deepEqual(revealed, { ...named, content: { Data: { password: "new" } } });
  const first = await desk.run(`show-secret secret:${id} --reveal --revision 1`);
  assert.match(first.stdout, /^ {2}content:\n {4}password: s3cr3t$/m);

  assert.deepEqual(await desk.run("grant-secret database mysql"), silent);
  const granted = { target: "application-mysql", role: "view" };
  const [access] = (await show("database")).access as Record<string, unknown>[];
  assert.deepEqual({ target: access?.target, role: access?.role }, granted);
  assert.deepEqual(await desk.run("revoke-secret database mysql"), silent);
  const listed = await desk.run("secrets --owner <model>");
  const [titles, row = ""] = listed.stdout.trimEnd().split("\n");
  assert.match(titles ?? "", /^ID {20}Name {6}Owner {4}Rotation {2}Revision {2}Last updated$/);
  assert.ok(row.startsWith(`${id}  database  <model>  never     2`), row);

  assert.deepEqual(await desk.run("remove-secret database --revision 1"), silent);
  const { revisions } = await show("database --revisions");
  assert.deepEqual(
    (revisions as { revision: number }[]).map((each) => each.revision),
    [2],
  );
  assert.deepEqual(await desk.run(`remove-secret secret:${id}`), silent);
  assert.deepEqual(await desk.run("show-secret database"), failed('secret "database" not found'));
});

test("revisions that nobody reads go or stay, as was said last", async () => {
  await desk.run("add-secret pruned key=1");
  const revisions = async () => {
    const shown = (await show("pruned --revisions")).revisions as { revision: number }[];
    return shown.map((each) => each.revision);
  };
  assert.deepEqual(await desk.run("update-secret pruned --auto-prune"), silent);
  assert.deepEqual(await desk.run("update-secret pruned --auto-prune=false"), silent);
  await desk.run("update-secret pruned key=2");
  assert.deepEqual(await revisions(), [1, 2]);
  await desk.run("update-secret pruned --auto-prune key=3");
  assert.deepEqual(await revisions(), [3]);
});

test("what cannot be done with secrets is said, and never what they were to hold", async () => {
  await desk.run("add-secret taken password=s3cr3t");
  const refusals = [
    ["add-secret taken password=s3cr3t", 'secret with name "taken" already exists'],
    ["grant-secret taken nosuch", 'application "nosuch" not found'],
    ["grant-secret nosuch mysql", 'secret "nosuch" not found'],
    ["remove-secret taken --revision 9", "secret revision"],
    ["add-secret other password#file=nosuch", 'there is no file "nosuch"'],
    ["show-secret taken --revision 9", 'revision 9 of secret "taken" not found'],
  ] as const;
  const refuse = async ([line, text]: (typeof refusals)[number]) => {
    const { stdout, stderr } = await desk.run(line);
    assert.ok(stderr.includes(text), `${line}: ${stderr}`);
    assert.doesNotMatch(stdout + stderr, /s3cr3t/);
  };
  await Promise.all(refusals.map(refuse));
  const wrong = ["add-secret other", "add-secret other s3cr3t", "update-secret taken"];
  const misuse = async (line: string) => {
    const { status, stdout, stderr } = await desk.run(line);
    assert.equal(status, 2, `${line}: ${stderr}`);
    assert.doesNotMatch(stdout + stderr, /s3cr3t/);
  };
  await Promise.all([...wrong, "show-secret taken --reveal --revisions"].map(misuse));
});
