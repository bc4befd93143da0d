/** What the controller would refuse for its size, a tool refuses, so that the hook can go on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeStage, Stage } from "../../stage/testing.ts";

async function seenBy(script: string) {
  const start = `#!/bin/sh\nexec 2>seen\n${script}\ntrue\n`;
  await using stage = await Stage.open(await makeStage({ "hooks/start": start }));
  await stage.run({ kind: "start" });
  const [commit] = await stage.commits();
  return { seen: await stage.read("seen"), changes: commit?.changes };
}

test("a state that is too large is refused, with what the hook has written before", async () => {
  const { seen, changes } = await seenBy(`
{ printf 'a: '; head -c 1500000 /dev/zero | tr '\\0' x; } >large
state-set --file large; state-set b=c
sed s/a:/d:/ large | state-set --file -; state-set e=f`);
  const bytes = '{"a":"","b":"c","d":""}'.length + 2 * 1_500_000;
  const most = 2 * 1024 * 1024;
  assert.equal(
    seen,
    `ERROR state of unit "mysql/0" would take ${bytes} of at most ${most} bytes\n`,
  );
  assert.deepEqual(Object.keys(changes?.state ?? {}), ["a", "b", "e"]);
});

test("a value that no database keeps is refused, whatever it is for", async () => {
  const { seen, changes } = await seenBy(`
printf '%s' 'key: "a\\0b"' >nul
state-set --file nul; relation-set -r 1 --file nul`);
  const line = 'ERROR cannot read settings from nul: the value of "key" has a NUL in it\n';
  assert.equal(seen, line + line);
  assert.deepEqual([changes?.state, changes?.relations], [{}, []]);
});

test("more ports than a unit can have are refused, and one that is open may be opened again", async () => {
  const endpoints = Array.from({ length: 500 }, (_, at) => `e${at}`);
  const bindings = endpoints.map((name) => `${name}:`).join(", ");
  const all = endpoints.join(",");
  const start = `#!/bin/sh
exec 2>seen
open-port 80 --endpoints ${all}; open-port 81 --endpoints ${all}; open-port 82
open-port 80 --endpoints e0
`;
  const metadata = `name: mysql\nsummary: a\ndescription: a\nextra-bindings: {${bindings}}\n`;
  await using stage = await Stage.open(
    await makeStage({ "hooks/start": start, "metadata.yaml": metadata }),
  );
  await stage.run({ kind: "start" });
  assert.equal(
    await stage.read("seen"),
    'ERROR cannot open 82/tcp: unit "mysql/0" has 1000 ranges\n',
  );
  assert.equal((await stage.commits())[0]?.changes["open-ports"].length, 1000);
});
