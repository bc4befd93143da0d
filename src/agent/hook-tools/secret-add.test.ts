import assert from "node:assert/strict";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { failed, hookOf, printed, run, silent } from "../testing.ts";

const id = "cq7f3sel9q2c73d1v2b0";
const made = printed(`secret:${"c".repeat(20)}\n`);
const content = { password: "czNjcjN0" };
const nothing = {
  label: undefined,
  description: undefined,
  rotation: undefined,
  expiry: undefined,
};

test("a secret is made of words, with what is said of it", async () => {
  const { hook, told } = hookOf();
  assert.deepEqual(await run(hook, "secret-add password=s3cr3t"), made);
  const options = "--owner unit --label db --description 'of the shop' --rotate daily";
  assert.deepEqual(
    await run(hook, `secret-add ${options} --expire 90m password#base64=czNjcjN0`),
    made,
  );
  const described = { label: "db", description: "of the shop", rotation: "daily" };
  const expiry = Temporal.Duration.from({ minutes: 90 });
  assert.deepEqual(told, [
    ["addSecret", { owner: "application", content, ...nothing }],
    ["addSecret", { owner: "unit", content, ...described, expiry }],
  ]);
});

test("values lie in files, beside the tool or of YAML", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-tool-"));
  await writeFile(join(folder.path, "value"), "s3cr3t");
  await writeFile(join(folder.path, "all.yaml"), "password: s3cr3t\n");
  for (const line of ["secret-add password#file=value", "secret-add --file all.yaml"]) {
    const { hook, told } = hookOf({ workingFolder: folder.path });
    assert.deepEqual(await run(hook, line), made);
    assert.deepEqual(told, [["addSecret", { owner: "application", content, ...nothing }]]);
  }
  const { hook } = hookOf({ workingFolder: folder.path });
  const missing = `cannot read ${join(folder.path, "nosuch")}: there is no such file`;
  assert.deepEqual(await run(hook, "secret-add password#file=nosuch"), failed(1, missing));
});

test("a secret ends at a time, in UTC unless it says another zone", async () => {
  const at = "2026-02-01T12:00:00Z";
  for (const text of [at, "2026-02-01T12:00:00", "2026-02-01T13:00:00+01:00"]) {
    const { hook, told } = hookOf();
    await run(hook, `secret-set ${id} --expire ${text}`);
    assert.equal(`${(told[0] as { 2: { expiry: unknown } })[2].expiry}`, at);
  }
  for (const text of ["soon", "0s", "-5m", "2026-13-01T00:00:00Z"]) {
    const reason = "expected a time or a duration";
    const refused = `invalid value "${text}" for option --expire: ${reason}`;
    assert.deepEqual(
      await run(hookOf().hook, `secret-set ${id} --expire=${text}`),
      failed(2, refused),
    );
  }
});

test("what is set is only what was given, and at least something", async () => {
  const { hook, told } = hookOf();
  assert.deepEqual(
    await run(hook, `secret-set secret:${id} password=s3cr3t --owner application`),
    silent,
  );
  assert.deepEqual(await run(hook, `secret-set ${id} --label=`), silent);
  assert.deepEqual(told, [
    ["setSecret", id, { content, ...nothing }],
    ["setSecret", id, { content: undefined, ...nothing, label: "" }],
  ]);
  const refused = failed(2, "at least one attribute to update must be specified");
  assert.deepEqual(await run(hook, `secret-set ${id}`), refused);
});

test("arguments that cannot be are refused without telling the secret", async () => {
  const { hook, told } = hookOf();
  assert.deepEqual(await run(hook, "secret-add"), failed(2, "missing secret value or filename"));
  const word = 'expected "key=value" as word 1 of the content';
  assert.deepEqual(await run(hook, "secret-add s3cr3t"), failed(2, word));
  assert.deepEqual(await run(hook, "secret-set"), failed(2, "missing secret URI"));
  assert.deepEqual(
    await run(hook, "secret-set nosuch a=b"),
    failed(1, 'secret URI "nosuch" not valid'),
  );
  const owner = 'invalid value "me" for option --owner: expected application or unit';
  assert.deepEqual(await run(hook, "secret-add --owner me abc=d"), failed(2, owner));
  assert.deepEqual(told, []);
});
