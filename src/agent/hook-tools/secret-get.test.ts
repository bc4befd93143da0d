import assert from "node:assert/strict";
import { test } from "node:test";
import type { ManagedSecret } from "#contract/unit-agent.ts";
import { failed, hookOf, printed, relationHookOf, run, silent } from "../testing.ts";

const id = "cq7f3sel9q2c73d1v2b0";
const content = { password: "czNjcjN0", port: "MzMwNg==" };

test("a secret is printed whole or by one of its keys", async () => {
  const { hook } = hookOf({ content });
  assert.deepEqual(
    await run(hook, `secret-get ${id}`),
    printed('password: s3cr3t\nport: "3306"\n'),
  );
  const json = printed('{"password":"s3cr3t","port":"3306"}\n');
  assert.deepEqual(await run(hook, `secret-get secret:${id} --format=json`), json);
  assert.deepEqual(await run(hook, `secret-get ${id} password`), printed("s3cr3t\n"));
  assert.deepEqual(await run(hook, `secret-get ${id} password#base64`), printed("czNjcjN0\n"));
  assert.deepEqual(await run(hook, "secret-get --label db password"), printed("s3cr3t\n"));
  const missing = failed(1, 'secret key value "token" not found');
  assert.deepEqual(await run(hook, `secret-get ${id} token`), missing);
});

test("it is asked for by its URI, its label or both, and as it is read", async () => {
  const { hook, told } = hookOf({ content });
  const uri = `secret://50000000-0000-4000-8000-000000000000/${id}`;
  await run(hook, `secret-get --format=json ${uri} --label db --refresh`);
  await run(hook, "secret-get --label db --peek");
  assert.deepEqual(told, [
    ["secretContent", { id, label: "db", isPeek: false, isRefresh: true }],
    ["secretContent", { id: undefined, label: "db", isPeek: true, isRefresh: false }],
  ]);
  const refusals = [
    ["", "require either a secret URI or label"],
    [`${id} --peek --refresh`, "specify one of --peek or --refresh but not both"],
    ["nosuch", 'secret URI "nosuch" not valid'],
    [`${id} --format smart`, 'invalid value "smart" for option --format: unknown format "smart"'],
  ] as const;
  for (const [args, text] of refusals) {
    assert.deepEqual(await run(hook, `secret-get ${args}`), failed(2, text));
  }
});

const secret: ManagedSecret = {
  ...{ id, owner: "application", label: "db", description: "", revision: 2, rotation: "daily" },
  ...{ rotates: "2026-01-02T00:00:00Z", expires: "" },
  access: [{ target: "application-blog", scope: "relation-blog.db#mysql.server", role: "view" }],
};

test("what is known of a secret is printed by its id or its label", async () => {
  const { hook } = hookOf({ secrets: [secret] });
  const text = `${id}:
  revision: 2
  label: db
  owner: application
  rotation: daily
  rotates: "2026-01-02T00:00:00Z"
  access:
  - target: application-blog
    scope: relation-blog.db#mysql.server
    role: view
`;
  for (const name of [id, "--label db"]) {
    assert.deepEqual(await run(hook, `secret-info-get ${name}`), printed(text));
  }
  const unknown = failed(1, 'secret "nosuch" not found');
  assert.deepEqual(await run(hook, "secret-info-get --label nosuch"), unknown);
  const both = failed(2, "require either a secret URI or label");
  assert.deepEqual(await run(hook, `secret-info-get ${id} --label db`), both);
  assert.deepEqual(await run(hook, "secret-info-get"), both);
  assert.deepEqual(await run(hook, "secret-ids"), printed(`${id}\n`));
  assert.deepEqual(await run(hook, "secret-ids --format=json"), printed(`["${id}"]\n`));
});

test("a secret is granted for the hook's relation or another, and taken back in the same way", async () => {
  const { hook, told } = relationHookOf();
  for (const args of ["", "-r db:7", "--relation 7 --unit wordpress/1"]) {
    assert.deepEqual(await run(hook, `secret-grant ${id} ${args}`), silent);
  }
  for (const args of ["", "--app blog", "--unit wordpress/1 -r 7"]) {
    assert.deepEqual(await run(hook, `secret-revoke ${args} ${id}`), silent);
  }
  assert.deepEqual(told, [
    ["grantSecret", id, { relation: 7, unit: "" }],
    ["grantSecret", id, { relation: 7, unit: "" }],
    ["grantSecret", id, { relation: 7, unit: "wordpress/1" }],
    ["revokeSecret", id, { relation: 7, application: "", unit: "" }],
    ["revokeSecret", id, { relation: undefined, application: "blog", unit: "" }],
    ["revokeSecret", id, { relation: 7, application: "", unit: "wordpress/1" }],
  ]);
  for (const tool of ["secret-grant", "secret-revoke"]) {
    const none = failed(2, "no relation id specified");
    assert.deepEqual(await run(hookOf().hook, `${tool} ${id}`), none);
    const unknown = 'invalid value "9" for option -r: relation not found';
    assert.deepEqual(await run(hook, `${tool} ${id} -r 9`), failed(2, unknown));
  }
});

test("a secret is removed, or one of its revisions", async () => {
  const { hook, told } = hookOf();
  await run(hook, `secret-remove secret:${id}`);
  await run(hook, `secret-remove ${id} --revision 3`);
  assert.deepEqual(told, [
    ["removeSecret", id, 0],
    ["removeSecret", id, 3],
  ]);
  const wrong = `invalid value "0" for option --revision: expected a revision's number`;
  assert.deepEqual(await run(hook, `secret-remove ${id} --revision 0`), failed(2, wrong));
});
