/** What journeys share: a controller of their own, and words for what they look at. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { StatusDocument, UnitDocument } from "#cli/status/status-document.ts";
import { killHard, Scratch, type Surroundings } from "../../scripts/scratch.ts";

/** A controller named demo with an empty model named shop, which is the current one. */
export async function bootstrapped(surroundings: Surroundings = {}): Promise<Scratch> {
  const scratch = await Scratch.open(surroundings);
  try {
    await scratch.jumar(`bootstrap local demo --data-dir ${scratch.cloud}`);
    await scratch.jumar("add-model shop");
    return scratch;
  } catch (error) {
    await scratch[Symbol.asyncDispose]();
    throw error;
  }
}

/** A subordinate is found where it is shown: under the unit that it stands beside. */
export function findUnit(status: StatusDocument, name: string): UnitDocument | undefined {
  const units = Object.values(status.applications).flatMap((each) =>
    Object.entries(each.units ?? {}),
  );
  const below = units.flatMap(([, { subordinates }]) => Object.entries(subordinates ?? {}));
  return [...units, ...below].find(([each]) => each === name)?.[1];
}

/** Whether the unit is active, with the message, and its agent has nothing left to do. */
export function isSettled(status: StatusDocument, name: string, message = ""): boolean {
  const unit = findUnit(status, name);
  return (
    unit?.["workload-status"]?.current === "active" &&
    (unit["workload-status"].message ?? "") === message &&
    unit["juju-status"]?.current === "idle" &&
    unit["upgrading-from"] === undefined
  );
}

/** The data directory of the machine that the unit is on. */
export function machineFolderOf(scratch: Scratch, status: StatusDocument, unit: string): string {
  const { machine = "" } = findUnit(status, unit) ?? {};
  const instance = status.machines[machine]?.["instance-id"] ?? "";
  if (instance === "") throw new Error(`unit ${unit} has no machine yet`);
  return join(scratch.cloud, "machines", instance);
}

/** The agents and launchers of the machine, or of all machines. */
export async function programsOf(scratch: Scratch, folder: string = scratch.cloud) {
  const all = await scratch.processes();
  const own = all.filter(({ words }) => words.some((word) => isBelow(word, folder)));
  return {
    agents: own.filter(({ words }) => words[0]?.endsWith("/jumard") && words[1] === "machine"),
    launchers: own.filter(({ words }) => words[1]?.endsWith("/launcher.sh")),
  };
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/**
 * Lets the agents of the units' machines be stopped at points of their programs, which they look for
 * when they start. Returns, for each unit, the folder in which a file stands for a point.
 */
export async function openWrenches(
  scratch: Scratch,
  units: readonly string[],
): Promise<readonly string[]> {
  const status = await scratch.status();
  const wrenches = units.map((unit) => join(machineFolderOf(scratch, status, unit), "wrench"));
  for (const wrench of wrenches) {
    await mkdir(wrench);
    const { agents } = await programsOf(scratch, dirname(wrench));
    for (const { pid } of agents) killHard(pid);
  }
  const count = Object.keys(status.machines).length;
  await scratch.until("the agents are there again", async () => {
    const { machines } = await scratch.status();
    const { agents } = await programsOf(scratch);
    const isStarted = Object.values(machines).every(
      (machine) => machine["juju-status"]?.current === "started",
    );
    return isStarted && agents.length === count + 1;
  });
  return wrenches;
}

export interface Recorder {
  readonly name: string;
  /** What else metadata.yaml says. */
  readonly metadata?: string;
  /** What else the charm has, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Shell, run in every hook, in the charm's folder. */
  readonly script?: string;
}

/** A charm that writes down which hooks began and which ended well, in a file that outlives it. */
export async function writeRecorder(scratch: Scratch, charm: Recorder): Promise<string> {
  const { name, metadata = "", files = {}, script = "" } = charm;
  const records = join(scratch.folder, "records");
  await mkdir(records, { recursive: true });
  const folder = join(scratch.folder, "charms", `${name}-${Object.keys(files).join("-")}`);
  await mkdir(folder, { recursive: true });
  const dispatch = `#!/bin/bash
set -eu
record=${records}/\${JUJU_UNIT_NAME//\\//-}
hook=\${JUJU_DISPATCH_PATH#hooks/}
echo "begin $hook \${JUJU_REMOTE_UNIT:-\${JUJU_REMOTE_APP:-}}" >>"$record"
${script}
echo "end $hook \${JUJU_REMOTE_UNIT:-\${JUJU_REMOTE_APP:-}}" >>"$record"
`;
  const summary = "Writes down which hooks run";
  const own = `name: ${name}\nsummary: ${summary}\ndescription: ${summary}\n${metadata}`;
  await writeFile(join(folder, "metadata.yaml"), own);
  await writeFile(join(folder, "dispatch"), dispatch, { mode: 0o755 });
  for (const [path, content] of Object.entries(files)) {
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** The lines that the unit's hooks wrote, without those that were only begun. */
export async function hooksThatEnded(scratch: Scratch, unit: string): Promise<readonly string[]> {
  const lines = await readRecord(scratch, unit);
  return lines.filter((line) => line.startsWith("end ")).map((line) => line.slice(4).trim());
}

export async function readRecord(scratch: Scratch, unit: string): Promise<readonly string[]> {
  const path = join(scratch.folder, "records", unit.replace("/", "-"));
  const text = await readFile(path, "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "");
}
