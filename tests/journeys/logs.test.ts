import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { killHard, type Scratch } from "../../scripts/scratch.ts";
import {
  bootstrapped,
  findUnit,
  isSettled,
  machineFolderOf,
  openWrenches,
  programsOf,
  writeRecorder,
} from "./cloud.ts";

const unit = "recorder/0";
const config = "options:\n  word: {type: string, default: first}\n";

/** In config-changed, many lines with the word, and a pause in which the test kills. */
const script = `
echo "on its output"
if [ "$hook" = config-changed ]; then
  word=$(config-get word)
  for count in $(seq 40); do juju-log "$word $count"; done
  if [ "$word" = long ]; then
    touch "$record.paused"
    while [ ! -e "$record.go-on" ]; do sleep 0.05; done
    for count in $(seq 41 80); do juju-log -l WARNING "$word $count"; done
  fi
fi
status-set active "$(config-get word)"
`;

test("what a unit logs is on the controller once, whoever was killed on the way", async (t) => {
  await using scratch = await bootstrapped();
  const files = { "config.yaml": config };
  await scratch.jumar(
    `deploy ${await writeRecorder(scratch, { name: "recorder", files, script })}`,
  );
  const settled = (word: string) =>
    scratch.until(`the unit says ${word}`, async () =>
      isSettled(await scratch.status(), unit, word),
    );
  await settled("first");
  const [wrench = ""] = await openWrenches(scratch, [unit]);

  await t.test("an agent that is killed at any point sends what it had not sent yet", async () => {
    for (const point of ["log-synced", "log-shipped"]) {
      await writeFile(join(wrench, point), "");
      await scratch.jumar(`config recorder word=${point}`);
      await settled(point);
    }
    await assertSame(scratch, "log-shipped 40");
  });

  await t.test("what is logged while the controller is away arrives when it is back", async () => {
    const record = join(scratch.folder, "records", "recorder-0");
    await scratch.jumar("config recorder word=long");
    await scratch.until("the hook pauses", () =>
      readFile(`${record}.paused`).then(
        () => true,
        () => false,
      ),
    );
    const folder = machineFolderOf(scratch, await scratch.status(), unit);
    const all = await programsOf(scratch);
    const own = await programsOf(scratch, folder);
    const others = [...all.launchers, ...all.agents].filter(
      ({ pid }) => ![...own.launchers, ...own.agents].some((each) => each.pid === pid),
    );
    for (const { pid } of others) killHard(pid);
    await writeFile(`${record}.go-on`, "");
    await scratch.until("the hook has logged all", async () =>
      (await linesOfFile(folder)).some((line) => line.endsWith(" long 80")),
    );
    await scratch.jumar("start-controller demo");
    await settled("long");
    await assertSame(scratch, "long 80");
  });

  await t.test("a model says what of it is kept, from then on", async () => {
    await scratch.jumar("model-config logging-config=<root>=INFO;unit=DEBUG");
    await scratch.jumar("config recorder word=more");
    await settled("more");
    const { stdout } = await scratch.run(["debug-log", "--replay", "--no-tail", "-l", "DEBUG"]);
    assert.match(
      stdout,
      /unit-recorder-0: [\d:]{8} DEBUG unit\.recorder\/0\.config-changed on its output/,
    );
    assert.ok(!stdout.split(" more 1\n")[0]?.includes("DEBUG unit.recorder/0.install"));
  });

  await t.test("the history of the unit's statuses tells what it has been through", async () => {
    const { stdout } = await scratch.run([
      "show-status-log",
      unit,
      "--type",
      "workload",
      "-n",
      "50",
    ]);
    const said = stdout.split("\n").map((line) => line.split(/ {2,}/).slice(2).join(" "));
    assert.deepEqual(
      said.filter((line) => line.startsWith("active")),
      ["first", "log-synced", "log-shipped", "long", "more"].map((word) => `active ${word}`),
    );
    assert.equal(findUnit(await scratch.status(), unit)?.["workload-status"]?.message, "more");
  });
});

/** Holds the log on the controller to the unit's own file, as soon as it has come so far. */
async function assertSame(scratch: Scratch, last: string): Promise<void> {
  const folder = machineFolderOf(scratch, await scratch.status(), unit);
  const words = `debug-log --replay --no-tail --date --utc --include ${unit}`.split(" ");
  const read = async () =>
    (await scratch.run(words)).stdout.split("\n").filter((line) => line !== "");
  const shipped = await scratch.until(`"${last}" is on the controller`, async () => {
    const lines = await read();
    return lines.some((line) => line.endsWith(` ${last}`)) &&
      lines.length === (await kept(folder)).length
      ? lines
      : undefined;
  });
  assert.deepEqual(shipped, await kept(folder));
}

async function kept(folder: string): Promise<string[]> {
  const lines = await linesOfFile(folder);
  return lines
    .filter((line) => / (?:INFO|WARNING|ERROR) /.test(line))
    .map((line) => `unit-recorder-0: ${line}`);
}

async function linesOfFile(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, "log", "unit-recorder-0.log"), "utf8");
  return text.split("\n").filter((line) => line !== "");
}
