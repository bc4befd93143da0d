/** The command line program: finds the command, runs it, and says how it went. */
import { systemClock } from "#base/clock.ts";
import { isProblem, messageOf } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import { clientFolder } from "#client/files/folder.ts";
import { ClientStore } from "#client/files/store.ts";
import { parseArguments } from "./arguments.ts";
import { makeContext } from "./context.ts";
import { loadCommand, toCommandName } from "./load.ts";
import { terminal } from "./out.ts";

const exitStatus = { ok: 0, failure: 1, usage: 2 } as const;

/** Runs what the words say; returns the exit status. */
export async function main(words: readonly string[], signal: AbortSignal): Promise<number> {
  const out = terminal({ isQuiet: false, isVerbose: false });
  try {
    return await runCommand(words, signal);
  } catch (error) {
    out.settle();
    if (signal.aborted) return exitStatus.failure;
    out.note(`ERROR ${explain(error)}`);
    return error instanceof UsageError ? exitStatus.usage : exitStatus.failure;
  }
}

async function runCommand(words: readonly string[], signal: AbortSignal): Promise<number> {
  const { name, rest } = splitCommand(words);
  const definition = await loadCommand(name);
  const parsed = parseArguments(definition, rest);
  if (parsed.global.help) return runCommand(["help", toCommandName(name)], signal);
  const { quiet: isQuiet, verbose: isVerbose } = parsed.global;
  const surroundings = {
    out: terminal({ isQuiet, isVerbose }),
    clock: systemClock,
    files: new ClientStore(clientFolder(process.env), systemClock),
    environment: process.env,
    signal,
  };
  const run = definition.run as (args: unknown, context: unknown) => Promise<void>;
  await run.call(definition, parsed.args, makeContext(surroundings, parsed.global));
  surroundings.out.settle();
  return exitStatus.ok;
}

/** Without a word, or with `--help` before one, it is help that is wanted. */
function splitCommand([first, ...rest]: readonly string[]): { name: string; rest: string[] } {
  if (first === undefined || first === "-h" || first === "--help") return { name: "help", rest };
  if (first === "--version") return { name: "version", rest };
  if (first.startsWith("-")) throw new UsageError(`option provided but not defined: ${first}`);
  return { name: first, rest };
}

/** What went wrong, in the words of whoever found it; a bug says that it is one. */
function explain(error: unknown): string {
  if (isProblem(error)) return error.message;
  if (error instanceof UsageError) return error.message;
  return `${messageOf(error)} (this is a bug; with --debug there is more)`;
}
