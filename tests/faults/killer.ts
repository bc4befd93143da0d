/** Kills programs of a cloud at random, in a sequence that its seed repeats, and walks a road meanwhile. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { killHard, type Running, type Scratch } from "../../scripts/scratch.ts";
import { programsOf } from "../journeys/cloud.ts";
import { randomFrom } from "./random.ts";

const pauseMs = { min: 200, max: 1500 };
/** How long somebody who wants to kill a hook waits for one, and how often they look. */
const lurkMs = 1000;
const lookMs = 15;
/** Of the kills that may hit hooks. */
const hooksShare = 0.4;

export interface Step {
  /** As one types it, or as words, where one of them has spaces. */
  readonly command: string | readonly string[];
  isDone(): Promise<unknown>;
}

/** Types each command until it is done, as somebody does who looks before they try again. */
export async function walk(scratch: Scratch, steps: readonly Step[]): Promise<void> {
  for (const { command, isDone } of steps) {
    const words = typeof command === "string" ? command.split(" ") : command;
    const look = () => isDone().catch(() => false);
    await scratch.until(words.join(" "), async () => {
      if (await look()) return true;
      await scratch.run(words);
      return await look();
    });
  }
}

export interface Killer {
  readonly seed: number;
  readonly killsMax: number;
  /** Whether processes of hooks, actions and their tools die as well. */
  readonly hooks: boolean;
}

export interface Killed {
  readonly programs: readonly string[];
  /** The runs of hooks and actions of which a process was killed, so that they do not count. */
  readonly contexts: ReadonlySet<string>;
}

/** Kills one after the other, until there have been enough or somebody says stop. */
export async function killAtRandom(
  scratch: Scratch,
  { seed, killsMax, hooks }: Killer,
  signal: AbortSignal,
): Promise<Killed> {
  const random = randomFrom(seed);
  const programs: string[] = [];
  const contexts = new Set<string>();
  while (!signal.aborted && programs.length < killsMax) {
    await sleep(pauseMs.min + random() * (pauseMs.max - pauseMs.min));
    const isHook = hooks && random() < hooksShare;
    const victim = isHook ? await findRun(scratch, random) : await findProgram(scratch, random);
    if (victim === undefined || signal.aborted) continue;
    contexts.add(await contextOf(victim));
    killHard(victim.pid);
    programs.push(victim.words.slice(0, 4).join(" "));
    await startAgain(scratch);
  }
  return { programs, contexts };
}

type Random = () => number;

async function findProgram(scratch: Scratch, random: Random): Promise<Running | undefined> {
  const { agents, launchers } = await programsOf(scratch);
  return pick([...agents, ...launchers], random);
}

/** A process that works where charms lie, when there is one. */
async function findRun(scratch: Scratch, random: Random): Promise<Running | undefined> {
  const deadline = performance.now() + lurkMs;
  while (performance.now() < deadline) {
    const { agents, launchers } = await programsOf(scratch);
    const programs = new Set([...agents, ...launchers].map(({ pid }) => pid));
    const all = (await scratch.processes()).filter(({ pid }) => !programs.has(pid));
    const victim = pick(
      all.filter(({ cwd }) => /\/agents\/unit-[^/]+\/charm$/.test(cwd)),
      random,
    );
    if (victim !== undefined) return victim;
    await sleep(lookMs);
  }
  return undefined;
}

function pick(all: readonly Running[], random: Random): Running | undefined {
  return all.toSorted((a, b) => a.pid - b.pid)[Math.floor(random() * all.length)];
}

async function contextOf({ pid }: Running): Promise<string> {
  const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
  return /(?:^|\0)JUJU_CONTEXT_ID=([^\0]*)/.exec(environment)?.[1] ?? "";
}

/** As the host does for its services: a controller that has nobody left to start it is started. */
async function startAgain(scratch: Scratch): Promise<void> {
  const { stderr } = await scratch.run(["start-controller", "demo"]);
  assert.doesNotMatch(stderr, /ERROR/);
}
