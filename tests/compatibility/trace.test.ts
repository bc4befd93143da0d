import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { currentVersion } from "#release/current.ts";
import { root } from "../../scripts/bundle.ts";
import type { Scratch } from "../../scripts/scratch.ts";
import { bootstrapped, findUnit, machineFolderOf, programsOf } from "../journeys/cloud.ts";
import { waysTo } from "../journeys/ways.ts";
import { copyCharm } from "./charms.ts";
import { type Chapter, formatTrace, readTrace, type TracedHook } from "./trace.ts";

const golden = join(root, "tests", "compatibility", "golden");

/** What two applications hear in their lives, and where in it each chapter began. */
class Life {
  readonly #scratch: Scratch;
  readonly #chapters = new Map<string, Chapter[]>();
  readonly folder: string;

  constructor(scratch: Scratch) {
    this.#scratch = scratch;
    this.folder = join(scratch.folder, "traces");
  }

  /** Does it, and waits until each unit has run the hook that is the last one to come of it. */
  async chapter(
    title: string,
    commands: readonly string[],
    last: Readonly<Record<string, string>>,
  ): Promise<void> {
    const begins = new Map<string, number>();
    for (const unit of Object.keys(last)) {
      begins.set(unit, (await readTrace(this.folder, unit)).length);
    }
    for (const command of commands) await this.#scratch.jumar(command);
    for (const [unit, hook] of Object.entries(last)) {
      const from = begins.get(unit) ?? 0;
      await this.#scratch.until(`${unit} has run ${hook} when ${title}`, async () => {
        const trace = await readTrace(this.folder, unit);
        return trace.slice(from).some(({ name }) => name === hook) && (await this.#rests(unit));
      });
      const chapters = this.#chapters.get(unit) ?? [];
      this.#chapters.set(unit, [...chapters, { title, begins: from }]);
    }
  }

  /** Whether it has nothing to do, waits for somebody to resolve it, or is gone. */
  async #rests(unit: string): Promise<boolean> {
    const agent = findUnit(await this.#scratch.status(), unit)?.["juju-status"];
    return agent === undefined || ["idle", "error"].includes(agent.current ?? "");
  }

  async trace(unit: string): Promise<string> {
    const scratch = this.#scratch;
    const { shop, address } = await waysTo(scratch);
    const hooks = (await readTrace(this.folder, unit)).map(hideSecret);
    return formatTrace(hooks, this.#chapters.get(unit) ?? [], {
      [`${scratch.cloud}/machines/juju-${shop.slice(-8)}`]: "<machine>",
      [shop]: "<model>",
      [address]: "<address>",
      [currentVersion]: "<version>",
    });
  }
}

/** The agent of the unit's machine. */
async function agentOf(scratch: Scratch, unit: string): Promise<number> {
  const folder = machineFolderOf(scratch, await scratch.status(), unit);
  const [agent] = (await programsOf(scratch, folder)).agents;
  if (agent === undefined) throw new Error(`${unit} has no agent`);
  return agent.pid;
}

function hideSecret({ name, environment }: TracedHook): TracedHook {
  return {
    name,
    environment: environment.map((line) => line.replace(/-[0-9a-f]{32}$/, "-<secret>")),
  };
}

test("the hooks of a whole life, and what each is given, are those that were written down", async () => {
  await using scratch = await bootstrapped();
  const life = new Life(scratch);
  await mkdir(life.folder);
  const tracer = await copyCharm(scratch, "tracer", { on: "bash" });
  const observer = await copyCharm(scratch, "observer", { on: "ops" });
  await scratch.jumar(
    "model-config update-status-hook-interval=60m automatically-retry-hooks=false",
  );
  const [first, second, other] = ["tracer/0", "tracer/1", "observer/0"];
  const config = `--config trace=${life.folder}`;

  await life.chapter("deployed", [`deploy ${tracer} ${config}`], { [first]: "start" });
  await life.chapter("deployed", [`deploy ${observer} ${config}`], { [other]: "start" });
  const changed = "talk-relation-changed";
  const related = { [first]: changed, [other]: changed };
  await life.chapter("related", ["integrate tracer observer"], related);
  const scaled = { [second]: changed, [first]: "ring-relation-changed", [other]: changed };
  await life.chapter("scaled", ["add-unit tracer"], scaled);
  const all = { [first]: "config-changed", [second]: "config-changed", [other]: "config-changed" };
  const configure = ["config tracer word=two", "config observer word=two"];
  await life.chapter("configured", configure, all);
  await writeFile(join(tracer, "new"), "");
  await writeFile(join(observer, "new"), "");
  const refresh = [`refresh tracer --path ${tracer}`, `refresh observer --path ${observer}`];
  await life.chapter("upgraded", refresh, all);
  const fails = ["tracer-0", "observer-0"].map((unit) =>
    join(life.folder, `${unit}.config-changed.fails`),
  );
  for (const path of fails) await writeFile(path, "");
  await life.chapter("failed", ["config tracer word=three", "config observer word=three"], all);
  for (const path of fails) await rm(path);
  const resolved = { [first]: "config-changed", [other]: "config-changed" };
  await life.chapter("resolved", ["resolved tracer/0 observer/0"], resolved);
  const leader = await agentOf(scratch, first);
  process.kill(leader, "SIGSTOP");
  await life.chapter("the leader is lost", [], { [second]: "leader-elected" });
  process.kill(leader, "SIGCONT");
  await life.chapter("it is back", [], { [first]: "leader-settings-changed" });
  await life.chapter("a unit is removed", ["remove-unit tracer/0 --no-prompt"], {
    [first]: "remove",
    [second]: "ring-relation-departed",
    [other]: "talk-relation-departed",
  });
  const broken = "talk-relation-broken";
  const parted = { [second]: broken, [other]: broken };
  await life.chapter("parted", ["remove-relation tracer observer"], parted);
  const remove = ["remove-application tracer observer --no-prompt"];
  await life.chapter("removed", remove, { [second]: "remove", [other]: "remove" });

  for (const unit of [first, second, other]) {
    const path = join(golden, `${unit.replace("/", "-")}.txt`);
    const trace = await life.trace(unit);
    if (process.env.JUMAR_WRITE_GOLDEN) await writeFile(path, trace);
    assert.equal(trace, await readFile(path, "utf8"), unit);
  }
});
