/** Relations that rest, and what leaders and trusted charms hear, with agents that die meanwhile. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { killHard, type Scratch } from "../../scripts/scratch.ts";
import {
  bootstrapped,
  hooksThatEnded,
  isSettled,
  machineFolderOf,
  programsOf,
  writeRecorder,
} from "./cloud.ts";

const units = ["db/0", "db/1", "web/0"];

/** Says what it hears beside its hooks, and writes into a relation that ends. */
const script = `
told=$record.told
case $hook in
  start) if [ "$(is-leader)" = True ]; then leader-set pass=secret; fi; status-set active ;;
  config-changed) credential-get --format json >>"$told" 2>&1 || true ;;
  leader-settings-changed) echo "pass is $(leader-get pass)" >>"$told" ;;
  *-relation-broken) relation-set bye=now ;;
esac
`;

test("relations rest, begin anew and are removed by force, whoever dies meanwhile", async (t) => {
  await using scratch = await bootstrapped();
  const related = ["server-relation-joined web/0", "server-relation-changed web/0"];
  const ended = ["server-relation-departed web/0", "server-relation-broken web"];
  const last = (unit: string, count: number) =>
    scratch.until(`${unit} has run its hooks`, async () => {
      const hooks = await hooksThatEnded(scratch, unit);
      const own = hooks.filter((hook) => hook.includes("server-"));
      return own.length >= count && own.slice(-2);
    });

  await t.test(
    "the leader tells its followers, and only who is trusted is told of the cloud",
    async () => {
      const metadata = "provides: {server: sql}\npeers: {ring: ring}";
      const db = await writeRecorder(scratch, { name: "db", metadata, script });
      const web = await writeRecorder(scratch, {
        name: "web",
        metadata: "requires: {db: sql}",
        script,
      });
      await scratch.jumar(`deploy ${db} -n 2`);
      await scratch.jumar(`deploy ${web} --trust`);
      await scratch.jumar("integrate web db");
      await scratch.until("everybody has started", async () => {
        const status = await scratch.status();
        return units.every((unit) => isSettled(status, unit));
      });
      assert.match(await told(scratch, "web/0"), /^\{"type":"local",/);
      const refusal = /permission denied: application "db" is not trusted/;
      for (const unit of ["db/0", "db/1"]) assert.match(await told(scratch, unit), refusal);
      await scratch.until("the follower has heard the leader", async () => {
        const both = [await told(scratch, "db/0"), await told(scratch, "db/1")];
        return both.some((text) => text.includes("pass is secret"));
      });
      await scratch.jumar("trust db");
      await scratch.until("the charm has been told", async () =>
        (await told(scratch, "db/0")).includes('"type":"local"'),
      );
    },
  );

  await t.test("a relation is suspended and resumed while an agent is away", async () => {
    assert.deepEqual(await last("db/0", 3), related);
    await signal(scratch, "db/1", "SIGSTOP");
    await scratch.jumar("suspend-relation 1 --message moving");
    assert.deepEqual(await last("db/0", 5), ended);
    const tables = await scratch.jumar("status --relations");
    assert.match(tables, /^db:server +web:db +sql +regular +suspended - moving *$/m);
    await scratch.until("the other side has left", async () =>
      (await hooksThatEnded(scratch, "web/0")).includes("db-relation-broken db"),
    );
    await scratch.jumar("resume-relation 1");
    assert.deepEqual(await last("db/0", 8), related);
    await signal(scratch, "db/1", "SIGKILL");
    const again = "server-relation-changed web/0";
    assert.deepEqual(await last("db/1", 4), [again, again]);
  });

  await t.test(
    "by force a relation is gone at once, and its last hooks run all the same",
    async () => {
      await signal(scratch, "db/1", "SIGSTOP");
      await scratch.jumar("remove-relation 1");
      assert.deepEqual(await last("db/0", 10), ended);
      assert.match(await scratch.jumar("status --relations"), /^db:server .* broken *$/m);
      await scratch.jumar("remove-relation 1 --force");
      assert.doesNotMatch(await scratch.jumar("status --relations"), /^db:server /m);
      await signal(scratch, "db/1", "SIGKILL");
      assert.deepEqual(await last("db/1", 6), ended);
    },
  );
});

async function signal(scratch: Scratch, unit: string, name: "SIGSTOP" | "SIGKILL"): Promise<void> {
  const folder = machineFolderOf(scratch, await scratch.status(), unit);
  const { agents } = await programsOf(scratch, folder);
  for (const { pid } of agents) {
    if (name === "SIGKILL") killHard(pid);
    else process.kill(pid, name);
  }
}

/** What the unit's charm has written down beside its hooks. */
async function told(scratch: Scratch, unit: string): Promise<string> {
  const path = join(scratch.folder, "records", `${unit.replace("/", "-")}.told`);
  return await readFile(path, "utf8").catch(() => "");
}
