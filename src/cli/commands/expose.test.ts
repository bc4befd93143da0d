import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Desk } from "../testing.ts";

const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());
await desk.withController();

const silent = { status: 0, stdout: "", stderr: "" };

async function isExposed(): Promise<unknown> {
  const { stdout } = await desk.run("status --format json");
  return JSON.parse(stdout).applications.mysql.exposed;
}

test("an application is exposed and not exposed any more, whole or by endpoints", async () => {
  for (const [line, expected] of [
    ["expose mysql", true],
    ["unexpose mysql", false],
    ["expose mysql --endpoints server,cluster --to-cidrs 10.0.0.0/8 --to-spaces alpha", true],
    ["unexpose mysql --endpoints server", true],
    ["unexpose mysql --endpoints cluster", false],
  ] as const) {
    assert.deepEqual(await desk.run(line), silent, line);
    assert.equal(await isExposed(), expected, line);
  }
  assert.equal(
    (await desk.run("expose mysql --endpoints web")).stderr,
    'ERROR endpoint "web" not found\n',
  );
});

test("endpoints are bound by bind and with deploy to the space that there is, and to no other", async () => {
  const { status, stdout, stderr } = await desk.run("bind mysql alpha server=alpha");
  assert.deepEqual([status, stdout], [0, ""]);
  assert.equal(
    stderr,
    'no change to endpoints in space "alpha"\nno change to endpoints in space "alpha": server\n',
  );
  for (const [line, code, text] of [
    ["bind mysql server=dmz", 1, 'space "dmz" not found: the only space of this cloud is "alpha"'],
    ["bind mysql", 2, "no bindings specified"],
    ["bind mysql alpha beta", 2, "multiple declarations of the default binding"],
    [
      "bind mysql =alpha",
      ...[2, 'invalid binding "=alpha": must be in the form endpoint=space, or a space alone'],
    ],
  ] as const) {
    const ran = await desk.run(line);
    assert.deepEqual([ran.status, ran.stderr.split("\n").at(-2)], [code, `ERROR ${text}`]);
  }
});
