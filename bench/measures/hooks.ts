/**
 * A hook tool, against spawning `/bin/true` from the same hook; and hooks that do nothing, against
 * running their script as often from a shell.
 */
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Scratch } from "../../scripts/scratch.ts";
import { bootstrapped, findUnit, isSettled, writeRecorder } from "../../tests/journeys/cloud.ts";
import { type Figure, type Measure, median } from "../measure.ts";

const calls = 201;
const units = 12;
/** For each unit that it is related to, a hook when it joined and one when it has changed. */
const hooksOfRelation = 2 * units;
const microsPerMs = 1000;

/** Times each call by itself, in turns; says the medians, in microseconds. */
const timeTools = `
[ "$hook" = start ] || exit 0
micros() { echo $((\${2/./} - \${1/./})); }
for ((call = 0; call < ${calls}; call++)); do
  a=$EPOCHREALTIME; /bin/true; b=$EPOCHREALTIME; config-get word >/dev/null; c=$EPOCHREALTIME
  micros "$a" "$b" >>true.times
  micros "$b" "$c" >>tool.times
done
middle() { sort -n "$1" | sed -n ${(calls + 1) / 2}p; }
status-set active "$(middle true.times) $(middle tool.times)"
`;

const config = "options:\n  word:\n    type: string\n    default: Hello\n";

export const hooks: Measure = {
  title: "hooks and their tools",

  async run() {
    await using scratch = await bootstrapped();
    return [await measureTool(scratch), await measureHook(scratch)];
  },
};

async function measureTool(scratch: Scratch): Promise<Figure> {
  const files = { "config.yaml": config };
  const charm = await writeRecorder(scratch, { name: "timer", files, script: timeTools });
  await scratch.jumar(`deploy ${charm}`);
  const said = await scratch.until("timer/0 has its figures", async () => {
    const { current, message } =
      findUnit(await scratch.status(), "timer/0")?.["workload-status"] ?? {};
    return current === "active" && message;
  });
  const [baseline = 0, value = 0] = said.split(" ").map((micros) => Number(micros) / microsPerMs);
  return { name: "hook tool call / spawn of /bin/true", value, unit: "ms", baseline };
}

/** Holds a unit in a hook until there is much to do, and then looks how fast that is done. */
async function measureHook(scratch: Scratch): Promise<Figure> {
  const starts = join(scratch.folder, "starts");
  const go = join(scratch.folder, "go");
  const script = `#!/bin/bash
if [ "$JUJU_DISPATCH_PATH" = hooks/start ]; then until [ -e ${go} ]; do sleep 0.1; done; fi
echo "$JUJU_DISPATCH_PATH $EPOCHREALTIME" >>${starts}
`;
  const idle = { name: "idle", metadata: "provides:\n  talk:\n    interface: talk\n" };
  const busy = { name: "busy", metadata: "requires:\n  talk:\n    interface: talk\n" };
  const idleCharm = await writeRecorder(scratch, { ...idle, script: "status-set active" });
  const busyCharm = await writeRecorder(scratch, busy);
  await writeFile(join(busyCharm, "dispatch"), script, { mode: 0o755 });
  await scratch.jumar(`deploy ${idleCharm}`);
  await scratch.jumar(`deploy ${busyCharm}`);
  await scratch.jumar("integrate idle busy");
  const { machine = "" } = await scratch.until("idle/0 has a machine", async () =>
    findUnit(await scratch.status(), "idle/0"),
  );
  await scratch.jumar(
    `add-unit idle -n ${units - 1} --to ${Array(units - 1)
      .fill(machine)
      .join()}`,
  );
  await scratch.until("the units are idle", async () => {
    const status = await scratch.status();
    return Array.from({ length: units }, (_, n) => `idle/${n}`).every((name) =>
      isSettled(status, name),
    );
  });
  await writeFile(go, "");
  const isRelation = (line: string) => line.startsWith("hooks/talk-relation-");
  const lines = await scratch.until("busy/0 has run all hooks", async () => {
    const all = (await readFile(starts, "utf8").catch(() => "")).split("\n").filter(isRelation);
    const own = all.filter((line) => !line.includes("-created "));
    return own.length >= hooksOfRelation && own;
  });
  const alone = await runAlone(join(busyCharm, "dispatch"), starts);
  return {
    ...{ name: "no-op hook / its script", unit: "ms" },
    ...{ value: medianPeriod(lines), baseline: medianPeriod(alone) },
  };
}

/** The lines that the script writes when a shell runs it as often. */
async function runAlone(script: string, starts: string): Promise<readonly string[]> {
  await writeFile(starts, "");
  const loop = `for ((i = 0; i < ${hooksOfRelation}; i++)); do "$0"; done`;
  const env = { PATH: "/usr/bin:/bin", JUJU_DISPATCH_PATH: "hooks/none" };
  execFileSync("/bin/bash", ["-c", loop, script], { env, stdio: "ignore" });
  return (await readFile(starts, "utf8")).split("\n").filter((line) => line !== "");
}

/** From one start to the next, in milliseconds. */
function medianPeriod(lines: readonly string[]): number {
  const starts = lines.map((line) => 1000 * Number(line.split(" ")[1]));
  return median(starts.slice(1).map((start, index) => start - (starts[index] ?? Number.NaN)));
}
