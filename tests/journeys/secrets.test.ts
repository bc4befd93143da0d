import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { killHard, type Scratch } from "../../scripts/scratch.ts";
import { bootstrapped, hooksThatEnded, isSettled, programsOf, writeRecorder } from "./cloud.ts";

const values = { one: "the-first-s3cr3t", two: "the-second-s3cr3t", mine: "the-users-s3cr3t" };

/** Keeps a secret, gives it new content when it is told to, and removes what nobody reads. */
const keep = (folder: string) => `
id=$(secret-ids)
if [ "$hook" = config-changed ]; then
  if [ -z "$id" ]; then secret-add "password#file=${folder}/one" --label db >/dev/null
  else secret-set "$id" "password#file=${folder}/two"; fi
fi
if [ "$hook" = db-relation-joined ]; then
  secret-grant "$id"
  relation-set --app "secret=secret:$id"
fi
if [ "$hook" = secret-remove ]; then secret-remove "$JUJU_SECRET_ID" --revision "$JUJU_SECRET_REVISION"; fi
status-set active kept
`;

/** Says what it reads without saying it. */
const read = `
if [ "$hook" = db-relation-changed ]; then
  id=$(relation-get --app secret keeper)
  [ -z "$id" ] || secret-get "$id" --label db >/dev/null
fi
[ "$hook" != secret-changed ] || secret-get "$JUJU_SECRET_ID" --refresh >/dev/null
show() { sha256sum | cut -c1-8; }
own=$(secret-get --label db password 2>/dev/null | tr -d '\\n' | show)
token=$(config-get token)
user=$(if [ -n "$token" ]; then secret-get "$token" password 2>/dev/null | tr -d '\\n' | show; fi)
status-set active "$own $user"
`;

const shown = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 8);

test("charms and users keep secrets, which nothing but their readers gets to see", async (t) => {
  await using scratch = await bootstrapped();
  const folder = join(scratch.folder, "values");
  await mkdir(folder);
  for (const [name, value] of Object.entries(values)) await writeFile(join(folder, name), value);
  const keeper = await writeRecorder(scratch, {
    ...{ name: "keeper", metadata: "provides: {db: secretive}\n", script: keep(folder) },
    files: { "config.yaml": "options: {edition: {type: int, default: 1}}" },
  });
  const reader = await writeRecorder(scratch, {
    ...{ name: "reader", metadata: "requires: {db: secretive}\n", script: read },
    files: { "config.yaml": "options: {token: {type: secret}}" },
  });
  const says = (message: string) =>
    scratch.until(`the reader says ${message}`, async () =>
      isSettled(await scratch.status(), "reader/0", message),
    );

  await t.test(
    "a charm reads what another has granted, and the new content when it hears of it",
    async () => {
      for (const charm of [keeper, reader]) await scratch.jumar(`deploy ${charm}`);
      await scratch.jumar("integrate keeper reader");
      await says(`${shown(values.one)} `);
      await scratch.jumar("config keeper edition=2");
      await says(`${shown(values.two)} `);
      await scratch.until("the keeper has removed what nobody reads", async () =>
        (await hooksThatEnded(scratch, "keeper/0")).includes("secret-remove"),
      );
    },
  );

  await t.test("a user's secret is read once it is granted", async () => {
    const uri = (await scratch.jumar(`add-secret mine password#file=${folder}/mine`)).trim();
    await scratch.jumar("grant-secret mine reader");
    await scratch.jumar(`config reader token=${uri}`);
    await says(`${shown(values.two)} ${shown(values.mine)}`);
  });

  await t.test(
    "a controller that was killed reads its secrets, but not without its key",
    async () => {
      const key = await findKey(scratch);
      await restart(scratch);
      assert.match(await scratch.jumar("show-secret mine --reveal"), /password: the-users-s3cr3t/);
      await rename(key, `${key}.copy`);
      await restart(scratch);
      assert.match(await scratch.jumar("show-secret mine --reveal"), /secrets.key is missing/);
      await rename(`${key}.copy`, key);
      assert.match(await scratch.jumar("show-secret mine --reveal"), /password: the-users-s3cr3t/);
    },
  );

  await t.test("no file of any machine has what a secret holds", async () => {
    const texts = Object.values(values).flatMap((value) => [
      value,
      Buffer.from(value).toString("base64"),
    ]);
    assert.deepEqual(await filesWith(scratch.cloud, texts), []);
    assert.notDeepEqual(await filesWith(folder, texts), [], "the search would have found it");
  });
});

async function findKey(scratch: Scratch): Promise<string> {
  const machines = join(scratch.cloud, "machines");
  const paths = (await readdir(machines, { recursive: true })).filter((path) =>
    path.endsWith("controller/secrets.key"),
  );
  assert.equal(paths.length, 1);
  return join(machines, paths[0] ?? "");
}

/** Its launcher starts it again. */
async function restart(scratch: Scratch): Promise<void> {
  const machine = join(await findControllerFolder(scratch));
  const { agents } = await programsOf(scratch, machine);
  for (const { pid } of agents) killHard(pid);
  await scratch.until(
    "the controller answers",
    async () => (await scratch.run(["models"])).status === 0,
  );
}

async function findControllerFolder(scratch: Scratch): Promise<string> {
  const machines = join(scratch.cloud, "machines");
  const paths = await readdir(machines, { recursive: true });
  const conf = paths.find((path) => path.endsWith("controller/controller.json")) ?? "";
  return join(machines, conf, "..", "..");
}

async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const found: string[] = [];
  for (const each of entries.filter((entry) => entry.isFile())) {
    const path = join(each.parentPath, each.name);
    const content = await readFile(path).catch(() => Buffer.alloc(0));
    if (texts.some((text) => content.includes(text))) found.push(path);
  }
  return found;
}
