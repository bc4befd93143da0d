/** The command line program: finds the command, runs it, and says how it went. */
import { systemClock } from "#base/clock.ts";
import { UsageError } from "#base/usage.ts";
import { clientFolder } from "#client/files/folder.ts";
import { ClientStore } from "#client/files/store.ts";
import { parseArguments } from "./arguments.ts";
import { inCallersWords } from "./called-as.ts";
import { makeContext } from "./context.ts";
import { findCommandName, loadCommand } from "./load.ts";
import { type Out, ReaderGone, terminal } from "./out.ts";

const exitStatus = { ok: 0, failure: 1, usage: 2 } as const;

/** Runs what the words say; returns the exit status. */
export async function main(words: readonly string[], signal: AbortSignal): Promise<number> {
  const out = terminal({ isQuiet: false, isVerbose: false });
  const run: Run = { words, signal, out, advice: "" };
  try {
    return await runCommand(run, words);
  } catch (error) {
    return await fail(run, error);
  }
}

interface Run {
  readonly words: readonly string[];
  readonly signal: AbortSignal;
  /** As loud as the words ask for. */
  out: Out;
  /** What is to be said to whoever interrupts. */
  advice: string;
}

async function runCommand(run: Run, words: readonly string[]): Promise<number> {
  const { name, rest } = splitCommand(words);
  const definition = await loadCommand(name);
  const parsed = parseArguments(definition, rest);
  if (parsed.global.help) return await runCommand(run, ["help", name]);
  const { quiet: isQuiet, verbose: isVerbose } = parsed.global;
  run.out = inTheirWords(terminal({ isQuiet, isVerbose }));
  const surroundings = {
    out: run.out,
    clock: systemClock,
    files: new ClientStore(clientFolder(process.env), systemClock),
    environment: process.env,
    signal: run.signal,
    ifInterrupted(advice: string) {
      run.advice = advice;
    },
  };
  const body = definition.run as (args: unknown, context: unknown) => Promise<void>;
  await body.call(definition, parsed.args, makeContext(surroundings, parsed.global));
  run.out.settle();
  return exitStatus.ok;
}

/** What is said beside the output names commands as its reader writes them. */
function inTheirWords(out: Out): Out {
  return { ...out, note: (text) => out.note(inCallersWords(text, process.env)) };
}

/** Without a word, or with `--help` before one, it is help that is wanted. */
function splitCommand([first, ...rest]: readonly string[]): { name: string; rest: string[] } {
  if (first === undefined || first === "-h" || first === "--help") return { name: "help", rest };
  if (first === "--version") return { name: "version", rest };
  if (first.startsWith("-")) throw new UsageError(`option provided but not defined: ${first}`);
  return { name: first, rest };
}

/** Says why, and returns the exit status. */
async function fail({ words, signal, advice, ...run }: Run, error: unknown): Promise<number> {
  if (error instanceof ReaderGone) return exitStatus.ok;
  run.out.settle();
  const out = inTheirWords(terminal({ isQuiet: false, isVerbose: false }));
  const isDebug = words.includes("--debug");
  const { explain } = await import("./explain.ts");
  if (signal.aborted) {
    out.note(`\nInterrupted. ${advice}`.trimEnd());
    if (isDebug) out.note(explain(error, { isDebug }));
    return exitStatus.failure;
  }
  const isUsage = error instanceof UsageError;
  const name = isUsage ? findCommandName(words[0] ?? "") : undefined;
  if (name !== undefined) out.note(await (await import("./help.ts")).formatUsageOf(name));
  out.note(`ERROR ${explain(error, { isDebug })}`);
  return isUsage ? exitStatus.usage : exitStatus.failure;
}
