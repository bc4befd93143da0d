/**
 * A unit on a stage: real hooks, tools, journal and executor in a folder, and far away a controller
 * that writes down in a file what it hears. Whoever opens the folder again goes on from there, so
 * that an agent can be killed and another one come.
 */
import { createHash } from "node:crypto";
import {
  appendFile,
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Clock, systemClock } from "#base/clock.ts";
import { readTextIfAny } from "#base/files.ts";
import { Journal } from "#base/journal.ts";
import { logTo } from "#base/log.ts";
import { Problem, type ProblemCode } from "#base/problem.ts";
import { openWrench } from "#base/wrench.ts";
import { isSamePortRange, type PortRange } from "#charm/port-range.ts";
import type { DesiredState } from "#contract/machine-agent.ts";
import type { HookChanges, UnitFacts } from "#contract/unit-agent.ts";
import { layoutOf } from "#release/layout.ts";
import type { Settings } from "../../hook-context.ts";
import { HookServer } from "../../hook-server.ts";
import type { Link } from "../../machine/link.ts";
import { MachineTurns } from "../../turns.ts";
import { viewController } from "../controller-view.ts";
import { Executor } from "../executor.ts";
import type { Hook } from "../hook.ts";
import { Leadership } from "../leadership.ts";
import { type UnitPaths, unitPaths } from "../paths.ts";
import { farSecrets } from "../run/hook-context/testing.ts";
import { makeToolsFolder } from "../run/tools-folder.ts";
import type { UnitSetting, Wanted } from "../setting.ts";
import { restoreUnitState, type UnitState } from "../state.ts";
import { desiredRelation, desiredUnit } from "../testing.ts";
import { taskMethods } from "./tasks/testing.ts";

export const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
export const modelUuid = "50000000-0000-4000-8000-000000000000";

const agentFolder = join(import.meta.dirname, "..", "..");
const commitsFile = "commits";
/** What the unit has become with each commit, by lines. */
export const factsFile = "facts";
const refusalFile = "refusal";
const readsFile = "reads";
const leaderFile = "leader";
/** Of the secret that another application shares, by its values. */
export const sharedFile = "shared";
const leaderSettingsFile = "leader-settings";
/** Where the controller has resources, under their names. */
export const published = "published";

interface Commit {
  readonly sequence: number;
  readonly changes: HookChanges;
}

interface Setting {
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

/** The folder of a unit whose charm has these files; scripts start with `#!`. */
export async function makeStage(charm: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "jumar-stage-"));
  const { charm: charmFolder } = unitPaths(layoutOf(folder), "unit-mysql-0");
  await mkdir(charmFolder, { recursive: true });
  for (const [name, content] of Object.entries(charm)) {
    const path = join(charmFolder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { mode: content.startsWith("#!") ? 0o755 : 0o644 });
  }
  return folder;
}

export class Stage implements AsyncDisposable {
  readonly folder: string;
  readonly setting: UnitSetting;
  readonly executor: Executor;
  readonly #journal: Journal<UnitState>;
  readonly #server: HookServer;

  private constructor(
    setting: UnitSetting,
    { folder, journal, last, server }: Awaited<ReturnType<typeof openFolder>>,
  ) {
    this.folder = folder;
    this.setting = setting;
    this.#journal = journal;
    this.#server = server;
    this.executor = new Executor(setting, journal, restoreUnitState(last, setting.clock.now()));
  }

  static async open(folder: string, { clock = systemClock, signal }: Setting = {}): Promise<Stage> {
    const opened = await openFolder(folder);
    const { paths, server } = opened;
    const name = "mysql/0";
    const its = signal ?? new AbortController().signal;
    const controller = viewController(farEnd(folder), name, its);
    const log = logTo((line) => void opened.lines.push(line), clock, "unit");
    const machineTurns = new MachineTurns();
    const setting: UnitSetting = {
      ...{ name, paths, clock, controller, server, systemPath, charmLog: log, signal: its },
      ...{ machine: "3", boot: "first", reboot: () => {}, version: "3.6.100", hasHost: false },
      ...{ hookLock: machineTurns.own, machineTurns },
      log: logTo((line) => void opened.lines.push(line), clock, "uniter"),
      leadership: new Leadership(name, controller, clock),
      wrench: openWrench(join(folder, "wrench")),
      async fetchCharm() {
        throw new Error("nobody fetches a charm here");
      },
      fetchResource: (name, file) => copyFile(join(folder, published, name), file),
    };
    const stage = new Stage(setting, opened);
    stage.lines = opened.lines;
    return stage;
  }

  /** What the log was told. */
  lines: string[] = [];

  get paths(): UnitPaths {
    return this.setting.paths;
  }

  get state(): UnitState {
    return this.executor.state;
  }

  async run(hook: Hook, wanted: Wanted = wantedState()): Promise<UnitState> {
    await this.executor.run(wanted, hook, this.setting.signal);
    return this.state;
  }

  async resume(wanted: Wanted = wantedState()): Promise<UnitState> {
    await this.executor.resume(wanted, this.setting.signal);
    return this.state;
  }

  /** What was logged at the level by the part, without its time, as in `install` of `unit.mysql/0.install`. */
  logged(level: string, part: string): string[] {
    const start = `${level} ${part} `;
    return this.lines
      .map((line) => line.slice("2026-01-01 00:00:00 ".length, -1))
      .filter((line) => line.startsWith(start))
      .map((line) => line.slice(start.length));
  }

  /** What the controller has been told, each sequence once. */
  async commits(): Promise<readonly Commit[]> {
    return await readCommits(this.folder);
  }

  /** From now on the controller refuses what hooks have written; or no longer. */
  async refuse(reason: string | undefined, code: ProblemCode = "not valid"): Promise<void> {
    const path = join(this.folder, refusalFile);
    if (reason === undefined) await rm(path);
    else await writeFile(path, JSON.stringify({ reason, code }));
  }

  /** From now on another unit leads. */
  async follow(leader: string): Promise<void> {
    await writeFile(join(this.folder, leaderFile), leader);
  }

  /** From now on there are these revisions of the secret that another application shares. */
  async share(...values: readonly string[]): Promise<void> {
    await writeFile(join(this.folder, sharedFile), values.join("\n"));
  }

  /** What the controller has been asked for on behalf of hooks. */
  async reads(): Promise<string> {
    return (await readTextIfAny(join(this.folder, readsFile))) ?? "";
  }

  async read(name: string): Promise<string> {
    return await readFile(join(this.paths.charm, name), "utf8");
  }

  /** What is known of runs, which nobody needs when they are over. */
  async runs(): Promise<string[]> {
    return await readdir(this.paths.runs);
  }

  async close(): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    await this.#journal[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function openFolder(folder: string) {
  const paths = unitPaths(layoutOf(folder), "unit-mysql-0");
  await mkdir(paths.runs, { recursive: true });
  const hookTool = join(folder, "hook-tool");
  await copyFile(join(agentFolder, "hook-tool.pl"), hookTool);
  await chmod(hookTool, 0o755);
  await makeToolsFolder(paths.tools, { executable: "", launcher: "", hookTool });
  const server = await HookServer.open(paths.socket);
  const { journal, last } = await Journal.open<UnitState>(paths.journal);
  const lines: string[] = [];
  return { folder, paths, server, journal, last, lines };
}

/** The network's other end: what it hears counts once, and lies in a file. */
function farEnd(folder: string): Pick<Link, "facade" | "persist"> {
  const methods = {
    async Commit({ sequence, changes, facts }: Commit & { readonly facts: UnitFacts }) {
      const refusal = await readTextIfAny(join(folder, refusalFile));
      if (refusal !== undefined) {
        const { reason, code } = JSON.parse(refusal) as { reason: string; code: ProblemCode };
        throw new Problem(code, reason);
      }
      const known = await readCommits(folder);
      if (known.some((each) => each.sequence === sequence)) return;
      await appendFile(join(folder, factsFile), `${JSON.stringify(facts)}\n`);
      await appendFile(join(folder, commitsFile), `${JSON.stringify({ sequence, changes })}\n`);
    },
    ...taskMethods(folder),
    SetStatus: async ({ scope, status, info }: Readonly<Record<string, string>>) =>
      appendFile(join(folder, "statuses"), `${scope} ${status} ${info}\n`),
    async ClaimLeadership() {
      const leader = await readTextIfAny(join(folder, leaderFile));
      if (leader) throw new Problem("leadership claim denied", `${leader} leads mysql`);
    },
    LeaderSettings: async () => ({ settings: await readLeaderSettings(folder) }),
    async SetLeaderSettings({ settings }: { readonly settings: Settings }) {
      const all = { ...(await readLeaderSettings(folder)), ...settings };
      await writeFile(join(folder, leaderSettingsFile), JSON.stringify(all));
    },
    async Resource({ name }: { readonly name: string }) {
      const content = await readFile(join(folder, published, name));
      const sha256 = createHash("sha256").update(content).digest("hex");
      return { path: `${name}.txt`, sha256, size: content.length, fetched: false };
    },
    ResourceFetched: async ({ name }: { readonly name: string }) =>
      appendFile(join(folder, readsFile), `fetched ${name}\n`),
    RelationSettings: async () => ({ settings: { greeting: "hello" } }),
    ...farSecrets(join(folder, sharedFile), async () =>
      (await readCommits(folder)).map(({ changes }) => changes),
    ),
    Finished: async () => {},
    async UnitData() {
      await appendFile(join(folder, readsFile), "unit data\n");
      const commits = await readCommits(folder);
      return { ports: openAfter(commits), state: {}, sequence: commits.at(-1)?.sequence };
    },
  };
  return { facade: (() => methods) as never, persist: (body) => body() };
}

async function readLeaderSettings(folder: string): Promise<Settings> {
  const text = await readTextIfAny(join(folder, leaderSettingsFile));
  return text === undefined ? {} : JSON.parse(text);
}

function openAfter(commits: readonly Commit[]): PortRange[] {
  return commits.reduce<PortRange[]>((open, { changes }) => {
    const closed = changes["close-ports"];
    const left = open.filter((range) => !closed.some((each) => isSamePortRange(each, range)));
    return [...left, ...changes["open-ports"]];
  }, []);
}

async function readCommits(folder: string): Promise<readonly Commit[]> {
  const text = (await readTextIfAny(join(folder, commitsFile))) ?? "";
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Commit);
}

/** What is desired of the unit, in a relation `db:1` with `wordpress`. */
export function wantedState({
  config = {},
  principal = "",
  configHash = "one",
}: {
  readonly config?: DesiredState["model"]["config"];
  readonly principal?: string;
  readonly configHash?: string;
} = {}): Wanted {
  const relations = [desiredRelation({ members: { "wordpress/0": 1 } })];
  const unit = desiredUnit({ principal, relations });
  const state: DesiredState = {
    ...{ revision: 1, life: "alive", binary: undefined, addresses: ["127.70.0.1"], units: [unit] },
    ...{ "api-addresses": ["10.0.0.5:17070", "10.0.0.6:17070"], tasks: [] },
    model: { name: "shop", uuid: modelUuid, config },
  };
  return { state, unit, configHash };
}

/** Whether the process has not ended; one that nobody has asked for its end has ended all the same. */
export async function isAlive(pid: number): Promise<boolean> {
  const text = (await readTextIfAny(`/proc/${pid}/stat`).catch(() => undefined)) ?? "";
  const state = text.slice(text.lastIndexOf(")") + 2, text.lastIndexOf(")") + 3);
  return !["", "Z", "X"].includes(state);
}
