import assert from "node:assert/strict";
import { after, test } from "node:test";
import { shop } from "#controller/testing.ts";
import { deployApp } from "#domain/testing.ts";
import { type Played, playAgent } from "../tasks/player/testing.ts";
import { Desk } from "../testing.ts";

const actions = `
backup: {description: Saves everything., params: {level: {type: integer}, out: {type: object}}}
break: {}
wait: {}
`;
const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());
const controller = await desk.withController();
await deployApp(controller.store, shop, { name: "doer", units: 2, actions });
const given: unknown[] = [];
const played: Readonly<Record<string, Played>> = {
  backup: {
    says: ["one", "two"],
    ending: {
      ...{ status: "completed", message: "" },
      output: { "return-code": 0, stdout: "saved\n", stderr: "careful\n", size: { mb: "10" } },
    },
  },
  break: { ending: { status: "failed", message: "exit status 3", output: { "return-code": 3 } } },
  "juju-exec": { ending: { status: "completed", message: "", output: { "return-code": 0 } } },
};
for (const machine of ["2", "3"]) {
  const agent = await playAgent(controller, machine, ({ name, parameters }) => {
    given.push(parameters);
    return played[name];
  });
  after(() => agent[Symbol.asyncDispose]());
}

test("an action's parameters are YAML, paths and files, and its results are printed as they are", async () => {
  await desk.file("parameters.yaml", "level: 1\nout: {kind: tar}\n");
  given.length = 0;
  const { status, stdout, stderr } = await desk.run(
    "run doer/0 backup level=2 out.name=a out.list=[1,b] --params parameters.yaml --utc",
  );
  assert.equal(status, 0);
  assert.equal(stdout, 'saved\nsize:\n  mb: "10"\n');
  assert.deepEqual(given, [{ level: 2, out: { kind: "tar", name: "a", list: [1, "b"] } }]);
  assert.equal(
    stderr,
    `\
Running operation 1 with 1 task
  - task 2 on unit-doer-0

Waiting for task 2...
00:00:00 one
00:00:00 two

careful
`,
  );
});

test("values are texts where somebody says so", async () => {
  given.length = 0;
  await desk.run("run doer/0 backup out.name=1 out.is=yes --string-args");
  assert.deepEqual(given, [{ out: { name: "1", is: "yes" } }]);
});

test("json has each task under the name of its unit, with what clients read", async () => {
  const { status, stdout } = await desk.run("run doer/0 doer/1 backup --format json --utc");
  const document = JSON.parse(stdout);
  const time = "2026-01-01 00:00:00 +0000 UTC";
  const { id, ...first } = document["doer/0"];
  assert.match(id, /^\d+$/);
  assert.deepEqual(first, {
    log: [`${time} one`, `${time} two`],
    results: { "return-code": 0, stdout: "saved\n", stderr: "careful\n", size: { mb: "10" } },
    ...{ status: "completed", unit: "doer/0" },
    timing: { enqueued: time, started: time, completed: time },
  });
  assert.deepEqual([status, Object.keys(document)], [0, ["doer/0", "doer/1"]]);
});

test("an action that fails is told of with its return code, and what is known of it is printed", async () => {
  const { status, stdout, stderr } = await desk.run("run doer/0 break --format json");
  assert.equal(status, 1);
  const { status: ended, message, id } = JSON.parse(stdout)["doer/0"];
  assert.deepEqual([ended, message], ["failed", "exit status 3"]);
  const failure = `ERROR the following task failed:\n - id "${id}" with return code 3\n`;
  assert.ok(stderr.includes(failure), stderr);
});

test("who waits in vain is told for whom, and how to see what becomes of it", async () => {
  const { status, stderr } = await desk.run("run doer/0 wait --wait 0s");
  assert.equal(status, 1);
  assert.match(stderr, /ERROR timed out waiting for results from: doer\/0 \(task \d+\)\n$/);
});

test("whoever interrupts is told that what was asked for goes on, and how to see it", async () => {
  const { status, stderr } = await desk.run("run doer/0 wait", {
    environment: { JUMAR_CALLED_AS: "juju" },
    onOutput: (printed, end) => {
      if (printed.includes("Waiting for")) end("SIGINT");
    },
  });
  assert.equal(status, 1);
  assert.match(
    stderr,
    /\nInterrupted\. Operation (\d+) goes on: "juju show-operation \1" shows it\.\n$/,
  );
});

test("what cannot be enqueued is told with its code, and nothing is waited for", async () => {
  for (const [words, reason] of [
    ["run doer/9 backup", 'unit "doer/9" not found (not found)'],
    ["run doer/0 dance", 'action "dance" not defined on unit "doer/0" (not found)'],
    ["run doer/leader backup", 'could not determine leader for "doer" (not found)'],
    [
      "run doer/0 backup level=x",
      "validation failed: parameters.level must be integer (not valid)",
    ],
  ] as const) {
    const { status, stdout, stderr } = await desk.run(words);
    assert.deepEqual([status, stdout], [1, ""], words);
    assert.match(
      stderr,
      /^ERROR the following task failed to be scheduled in operation \d+:\n {2}- /,
    );
    assert.ok(stderr.endsWith(`  - ${reason}\n`), stderr);
  }
});

test("words that cannot be are refused before anybody is asked", async () => {
  for (const [words, reason] of [
    ["run doer/0", "no action specified"],
    [
      "exec uptime",
      "You must specify a target, either through --all, --machine, --application or --unit",
    ],
    ["exec --app NO --color uptime", '"NO" is not a valid application name'],
    ["operations --apps NO", '"NO" is not a valid application name'],
    [
      "debug-log --retry-delay x",
      'invalid value "x" for option --retry-delay: "x" is not a duration such as 1h30m, 5m or 90s',
    ],
    ["show-task x", 'invalid task id "x": expected a number'],
  ] as const) {
    const { status, stderr } = await desk.run(words);
    assert.equal(status, 2, words);
    assert.ok(stderr.endsWith(`ERROR ${reason}\n`), `${words}: ${stderr}`);
  }
});

test("options of a command that is run are its own, and its words stay whole", async () => {
  given.length = 0;
  await desk.run(["exec", "--unit", "doer/0", "ls", "-l", "a b", "--wait"]);
  await desk.run(["exec", "-u", "doer/0", "--timeout", "2s", "echo $HOME && ls"]);
  const rest = { "workload-context": false };
  assert.deepEqual(given, [
    { command: "ls -l 'a b' --wait", timeout: 300e9, ...rest },
    { command: "echo $HOME && ls", timeout: 2e9, ...rest },
  ]);
});

test("in the background nobody waits, and the old command says the task's id", async () => {
  const { status, stdout, stderr } = await desk.run("run doer/0 wait --background", {
    environment: { JUMAR_CALLED_AS: "juju" },
  });
  assert.deepEqual([status, stdout], [0, ""]);
  assert.match(
    stderr,
    /^Scheduled operation \d+ with task \d+\nCheck operation status with 'juju show-operation \d+'\nCheck task/,
  );
  assert.match(
    (await desk.run("run-action doer/0 wait")).stdout,
    /^Action queued with id: "\d+"\n$/,
  );
});
