import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Desk } from "../testing.ts";

const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());
await desk.withController();

const unitLines =
  "\n- mysql/0: 10.0.0.0 (agent:allocating, workload:waiting)\n- mysql/1: 10.0.0.1 (agent:allocating, workload:waiting)\n";
const colorStart = "\u001b[";

test("short, oneline and line are names of one format", async () => {
  for (const format of ["short", "oneline", "line"]) {
    assert.deepEqual(await desk.run(`status --format ${format}`), {
      ...{ status: 0, stdout: unitLines, stderr: "" },
    });
  }
});

test("the summary counts machines and units by their states", async () => {
  assert.equal(
    (await desk.run("status --format summary")).stdout,
    `\
Running at addresses:  10.0.0.0, 10.0.0.1
     Utilizing ports:
          # Machines:  (2)
             pending:  2

             # Units:  (2)
             waiting:  2

      # Applications:  (1)
                mysql  0/2
`,
  );
});

test("a model in which nothing matches is not called empty", async () => {
  const { status, stdout, stderr } = await desk.run("status nobody other");
  assert.match(stdout, /^Model .*\nshop .*\n\n$/);
  assert.deepEqual([status, stderr], [0, "Nothing matched specified filters.\n"]);
});

test("an empty model is noted beside its first line, for people alone", async () => {
  await desk.run("add-model bare");
  assert.equal((await desk.run("status -m bare")).stderr, 'Model "anna/bare" is empty.\n');
  const { stdout, stderr } = await desk.run("status -m bare --format json");
  assert.deepEqual([JSON.parse(stdout).applications, stderr], [{}, ""]);
  await desk.run("switch shop");
});

test("times are those of the place, or UTC", async () => {
  const environment = { TZ: "Asia/Kolkata" };
  const first = async (words: string) => {
    const { stdout } = await desk.run(words, { environment });
    return stdout.split("\n")[1]?.split("  ").at(-1);
  };
  assert.equal(await first("status"), "05:30:00+05:30");
  assert.equal(await first("status --utc"), "00:00:00Z");
});

test("a terminal shows colours, unless somebody does not want them", async () => {
  const isColored = async (words: string, environment = {}) => {
    const manner = { isTerminal: true, environment };
    return (await desk.run(words, manner)).stdout.includes(colorStart);
  };
  assert.equal(await isColored("status"), true);
  assert.equal(await isColored("status --no-color"), false);
  assert.equal(await isColored("status", { NO_COLOR: "1" }), false);
  assert.equal(await isColored("status -o seen.txt"), false);
});

test("what is no terminal shows colours only when it is told to", async () => {
  assert.equal((await desk.run("status")).stdout.includes(colorStart), false);
  assert.equal((await desk.run("status --color")).stdout.includes(colorStart), true);
});

test("--watch shows the status again and again, until Ctrl-C ends it with status 0", async () => {
  const { status, stdout, stderr } = await desk.run("status --watch 0.1s", {
    onOutput: (printed, end) => {
      if (printed.split("Model  ").length > 3) end("SIGINT");
    },
  });
  assert.deepEqual([status, stderr], [0, ""]);
  assert.ok(stdout.split("Model  ").length > 3);
  assert.equal(stdout.includes(colorStart), false);
});

test("on a terminal --watch begins at the top each time", async () => {
  const { stdout } = await desk.run("status --watch 0.1s --format short", {
    isTerminal: true,
    onOutput: (printed, end) => {
      if (printed.split("- mysql/1").length > 2) end("SIGTERM");
    },
  });
  const [before, ...screens] = stdout.replaceAll("\r", "").split("\u001b[H\u001b[2J\u001b[3J");
  assert.equal(before, "");
  assert.equal(screens[0], unitLines);
});

test("a period of no time, or of no meaning, cannot be watched", async () => {
  for (const period of ["0s", "often"]) {
    const { status, stderr } = await desk.run(`status --watch ${period}`);
    const expected = `invalid value "${period}" for option --watch: expected a period of time such as 1s or 5m`;
    assert.deepEqual([status, stderr.split("\n")[1]], [2, `ERROR ${expected}`]);
  }
});
