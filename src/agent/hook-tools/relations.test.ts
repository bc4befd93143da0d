import assert from "node:assert/strict";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { database, failed, hookOf, printed, relationHookOf, run, silent } from "../testing.ts";

const peers = { ...database, id: 1, endpoint: "cluster", remoteApplication: "mysql", isPeer: true };
const elsewhere = { relations: [peers, database] };
const members = {
  "7 wordpress/0": { host: "10.0.0.9", port: "80" },
  "7 wordpress/1": { host: "10.0.0.10" },
  "7 wordpress": { name: "blog" },
  "7 mysql/0": { user: "root" },
  "7 mysql": { dump: "no" },
  "1 mysql/0": { rank: "1" },
};

test("relation-ids lists an endpoint's relations, sorted, without those that are broken", async () => {
  const ids = [7, 9, 10].map((id) => ({ ...database, id, isBroken: id === 9 }));
  const { hook } = hookOf({ relations: [peers, ...ids] });

  assert.deepEqual(await run(hook, "relation-ids db"), printed("db:10\ndb:7\n"));
  assert.deepEqual(await run(hook, "relation-ids db --format=json"), printed('["db:10","db:7"]\n'));
  assert.deepEqual(await run(hook, "relation-ids cluster --format=yaml"), printed("- cluster:1\n"));
  assert.deepEqual(await run(hook, "relation-ids web"), printed(""));
  assert.deepEqual(await run(hook, "relation-ids web --format=json"), printed("[]\n"));
});

test("relation-ids without an endpoint takes the one that the hook is about", async () => {
  assert.deepEqual(await run(relationHookOf(elsewhere).hook, "relation-ids"), printed("db:7\n"));
  assert.deepEqual(
    await run(hookOf(elsewhere).hook, "relation-ids"),
    failed(2, "no endpoint name specified"),
  );
});

test("relation-list lists the units of the other side", async () => {
  const { hook } = relationHookOf({ relations: [{ ...database, id: 2, units: [] }, database] });

  assert.deepEqual(await run(hook, "relation-list"), printed("wordpress/0\nwordpress/1\n"));
  assert.deepEqual(
    await run(hook, "relation-list --format=json -r db:7"),
    printed('["wordpress/0","wordpress/1"]\n'),
  );
  assert.deepEqual(await run(hook, "relation-list -r 2"), printed(""));
  assert.deepEqual(await run(hook, "relation-list -r 2 --format json"), printed("[]\n"));
});

test("relation-list --app prints the other side's application, for peers their own", async () => {
  const { hook } = hookOf({ relations: [{ ...peers, remoteApplication: "" }, database] });

  assert.deepEqual(await run(hook, "relation-list -r db:7 --app"), printed("wordpress\n"));
  assert.deepEqual(await run(hook, "relation-list -r cluster:1 --app"), printed("mysql\n"));
});

test("a relation is named by its number, whatever stands before the last colon", async () => {
  const { hook } = hookOf({ ...elsewhere, members });

  for (const named of ["7", "db:7", "other:7", "a:b:7"]) {
    assert.deepEqual(
      await run(hook, `relation-get -r ${named} port wordpress/0`),
      printed("80\n"),
      named,
    );
  }
});

test("every tool refuses a relation that there is not, or that is no relation", async () => {
  const { hook, told } = relationHookOf(elsewhere);

  for (const tool of ["relation-get", "relation-list", "relation-set", "network-get db"]) {
    assert.deepEqual(
      await run(hook, `${tool} -r db:123`),
      failed(2, 'invalid value "db:123" for option -r: relation not found'),
    );
    assert.deepEqual(
      await run(hook, `${tool} --relation=x`),
      failed(2, 'invalid value "x" for option --relation: invalid relation id'),
    );
    assert.deepEqual(
      await run(hook, `${tool} -r 7:x`),
      failed(2, 'invalid value "7:x" for option -r: invalid relation id'),
    );
  }
  assert.deepEqual(told, []);
});

test("outside of a relation's hooks a relation must be named, which network-get can do without", async () => {
  const { hook } = hookOf(elsewhere);

  for (const tool of ["relation-get", "relation-list", "relation-set", "relation-get - mysql/0"]) {
    assert.deepEqual(await run(hook, tool), failed(2, "no relation id specified"), tool);
  }
  assert.deepEqual(await run(hook, "network-get db --bind-address"), printed("10.0.0.7\n"));
});

test("relation-get prints what the hook's unit has set, or one key of it", async () => {
  const { hook } = relationHookOf({ members });

  assert.deepEqual(await run(hook, "relation-get"), printed('host: 10.0.0.9\nport: "80"\n'));
  assert.deepEqual(
    await run(hook, "relation-get - --format=json"),
    printed('{"host":"10.0.0.9","port":"80"}\n'),
  );
  assert.deepEqual(await run(hook, "relation-get port"), printed("80\n"));
  assert.deepEqual(await run(hook, "relation-get host wordpress/1"), printed("10.0.0.10\n"));
  assert.deepEqual(await run(hook, "relation-get - mysql/0"), printed("user: root\n"));
});

test("relation-get prints nothing for a key that there is not, which is null in JSON", async () => {
  const { hook } = relationHookOf({ members });

  for (const key of ["missing", "toString"]) {
    assert.deepEqual(await run(hook, `relation-get ${key}`), printed(""));
    assert.deepEqual(await run(hook, `relation-get ${key} --format=json`), printed("null\n"));
  }
});

test("relation-get prints an application's settings where that is asked for or all there is", async () => {
  const about = relationHookOf({ members, remoteUnit: "" }).hook;
  const aboutUnit = relationHookOf({ members }).hook;
  const outside = hookOf({ ...elsewhere, members }).hook;

  assert.deepEqual(await run(about, "relation-get"), printed("name: blog\n"));
  assert.deepEqual(await run(aboutUnit, "relation-get --app name"), printed("blog\n"));
  assert.deepEqual(
    await run(aboutUnit, "relation-get --app - wordpress/1"),
    printed("name: blog\n"),
  );
  assert.deepEqual(
    await run(outside, "relation-get -r 7 - wordpress --app --app --format=json"),
    printed('{"name":"blog"}\n'),
  );
});

test("relation-get must know whose settings, and by a name that there can be", async () => {
  const { hook } = hookOf({ ...elsewhere, members });

  for (const flags of ["", "--app"]) {
    assert.deepEqual(
      await run(hook, `relation-get -r 7 ${flags}`),
      failed(2, "no unit or application specified"),
    );
  }
  assert.deepEqual(
    await run(hook, "relation-get -r 7 - word-press"),
    failed(2, 'expected unit name, got application name "word-press"'),
  );
  for (const flags of ["", "--app"]) {
    for (const name of ["unit//0", "a/01", "A/0", "a-1/0", "../etc"]) {
      assert.deepEqual(
        await run(hook, `relation-get -r 7 - ${name} ${flags}`),
        failed(2, `invalid unit name "${name}"`),
      );
    }
  }
  assert.deepEqual(
    await run(hook, "relation-get -r 7 - nobody/0"),
    failed(1, "unknown unit nobody/0"),
  );
});

test("relation-get shows the own application's settings to the leader only", async () => {
  const line = "relation-get -r 7 --app dump mysql";

  assert.deepEqual(
    await run(hookOf({ ...elsewhere, members }).hook, line),
    failed(1, "permission denied: this unit is not the leader"),
  );
  assert.deepEqual(
    await run(hookOf({ ...elsewhere, members, isLeader: true }).hook, line),
    printed("no\n"),
  );
});

test("relation-set writes settings of the hook's relation or of another", async () => {
  const { hook, told } = relationHookOf({ ...elsewhere, isLeader: true });

  assert.deepEqual(await run(hook, "relation-set a=1 'b=x y=z' gone= a/b=c"), silent);
  assert.deepEqual(await run(hook, "relation-set leader=true -r cluster:1 --app"), silent);
  assert.deepEqual(await run(hook, "relation-set"), silent);

  assert.deepEqual(told, [
    [
      "setRelationSettings",
      {
        relation: 7,
        isApplication: false,
        settings: { a: "1", b: "x y=z", gone: "", "a/b": "c" },
      },
    ],
    ["setRelationSettings", { relation: 1, isApplication: true, settings: { leader: "true" } }],
    ["setRelationSettings", { relation: 7, isApplication: false, settings: {} }],
  ]);
});

test("relation-set takes a YAML map from a file, which arguments override", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-"));
  const { hook, told } = relationHookOf({ workingFolder: folder.path });
  const yaml = "a: file\nb: two\nport: 80\nssl: true\ngone: null\nempty: ''\n";
  await writeFile(join(folder.path, "spam"), yaml);

  assert.deepEqual(await run(hook, "relation-set --file spam a=word c=3"), silent);
  assert.deepEqual(await run(hook, `relation-set --file ${join(folder.path, "spam")}`), silent);

  const file = { a: "file", b: "two", port: "80", ssl: "true", gone: "", empty: "" };
  assert.deepEqual(told, [
    [
      "setRelationSettings",
      { relation: 7, isApplication: false, settings: { ...file, a: "word", c: "3" } },
    ],
    ["setRelationSettings", { relation: 7, isApplication: false, settings: file }],
  ]);
});

test("relation-set takes JSON from standard input, or nothing", async () => {
  for (const [input, settings] of [
    ['{"a": "1", "gone": "", "long": "x\\ny"}', { a: "1", gone: "", long: "x\ny" }],
    ["", {}],
    ["\n", {}],
    ["{}", {}],
    ["null\n...\n", {}],
  ]) {
    const { hook, told } = relationHookOf({ input: input as string });

    assert.deepEqual(await run(hook, "relation-set --file -"), silent);

    assert.deepEqual(told, [
      ["setRelationSettings", { relation: 7, isApplication: false, settings }],
    ]);
  }
});

test("the space around a key and a value of a word is not theirs, and an empty word is none", async () => {
  const { hook, told } = relationHookOf();
  assert.deepEqual(await run(hook, "relation-set ' a b = c  d\n' '' 'gone= '"), silent);
  const settings = { "a b": "c  d", gone: "" };
  assert.deepEqual(told, [
    ["setRelationSettings", { relation: 7, isApplication: false, settings }],
  ]);
});

test("what a file says is text, and without a NUL", async () => {
  const rows = [
    [Buffer.from("61203a2022ff22", "hex"), "it is not UTF-8"],
    ['a: "b\\0c"', 'the value of "a" has a NUL in it'],
    ['"a\\0": b', 'the value of "a\\u0000" has a NUL in it'],
  ] as const;
  for (const [input, reason] of rows) {
    const { hook, told } = relationHookOf({ input });
    const refusal = failed(1, `cannot read settings from -: ${reason}`);
    assert.deepEqual(await run(hook, "relation-set --file -"), refusal);
    assert.deepEqual(told, []);
  }
});

test("relation-set refuses what is no setting, and writes nothing", async () => {
  const list = relationHookOf({ input: "[haha]" });
  const nested = relationHookOf({ input: "a: {b: c}" });
  const broken = relationHookOf({ input: "a: [" });
  const { hook, told } = relationHookOf();

  for (const word of ["haha", "=haha"]) {
    assert.deepEqual(
      await run(hook, `relation-set ok=1 ${word}`),
      failed(2, `expected "key=value", got "${word}"`),
    );
  }
  assert.deepEqual(
    await run(hook, "relation-set a=1 a=2"),
    failed(2, 'key "a" specified more than once'),
  );
  assert.deepEqual(
    await run(hook, "relation-set --file gone"),
    failed(1, "cannot read settings from gone: there is no such file"),
  );
  assert.deepEqual(
    await run(list.hook, "relation-set --file -"),
    failed(1, 'cannot read settings from -: expected a YAML map, got ["haha"]'),
  );
  assert.deepEqual(
    await run(nested.hook, "relation-set --file -"),
    failed(1, 'cannot read settings from -: the value of "a" is not text'),
  );
  assert.match((await run(broken.hook, "relation-set --file -")).stderr, /^ERROR invalid YAML: /);
  assert.deepEqual([...told, ...list.told, ...nested.told, ...broken.told], []);
});

test("relation-set writes an application's settings for the leader only", async () => {
  const { hook, told } = relationHookOf();

  assert.deepEqual(
    await run(hook, "relation-set --app a=1"),
    failed(1, "cannot write relation settings: this unit is not the leader"),
  );
  assert.deepEqual(told, []);
});

test("the model of a relation's other side is this one, for relations that there are", async () => {
  const { hook } = relationHookOf();
  const uuid = "50000000-0000-4000-8000-000000000000";
  assert.deepEqual(await run(hook, "relation-model-get"), printed(`uuid: ${uuid}\n`));
  const json = printed(`{"uuid":"${uuid}"}\n`);
  assert.deepEqual(await run(hook, "relation-model-get -r db:7 --format json"), json);
  const refusal = 'invalid value "db:8" for option -r: relation not found';
  assert.deepEqual(await run(hook, "relation-model-get -r db:8"), failed(2, refusal));
  const outside = failed(2, "no relation id specified");
  assert.deepEqual(await run(hookOf().hook, "relation-model-get"), outside);
});
