/** `juju-exec` and `juju-run`: what scripts of a machine ask for outside of any hook, in a unit or beside them all. */
import { messageOf } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import { type OptionKinds, readWords } from "#base/words.ts";

/** The second is what Juju 2 called it. */
export const localCommandNames = ["juju-exec", "juju-run"] as const;

export interface LocalCommand {
  /** Empty for commands that need none. */
  readonly unit: string;
  /** For a shell. */
  readonly commands: string;
  /** Empty for none; as in `7` or `db:7`. */
  readonly relation: string;
  /** Empty where it is to be found out. */
  readonly remoteUnit: string;
  /** Whether it may be a remote unit that is not there. */
  readonly isForced: boolean;
}

/** Whoever has asked, and waits. */
export interface Caller {
  /** Whether nobody waits any more. */
  readonly isGone: boolean;
  /** Of what the commands print, as they print it. */
  print(output: "stdout" | "stderr", bytes: Buffer): void;
  /** Nothing more comes; to say so twice changes nothing. */
  end(code: number): void;
  /** The commands have not run, or nobody knows how far they came. */
  refuse(reason: string): void;
}

export interface LocalCall {
  readonly command: LocalCommand;
  readonly caller: Caller;
}

const usageErrorCode = 2;
const kinds: OptionKinds = new Map([
  ["relation", "text"],
  ["r", "text"],
  ["remote-unit", "text"],
  ["force-remote-unit", "flag"],
  ["no-context", "flag"],
  ["operator", "flag"],
]);

function describe(name: string): string {
  return `Usage: ${name} [options] <unit-name> <commands>

Summary:
Runs commands in a unit's context, outside of any hook.

Options:
--force-remote-unit  (= false)
    The remote unit may be one that is not there, or none.
--no-context  (= false)
    Runs the commands without any unit: no unit is named, and there are no hook tools.
--operator  (= false)
    Is ignored: there is no operator beside a unit of a machine.
-r, --relation  (= )
    The relation that the commands are about, as in 7 or db:7.
--remote-unit  (= )
    The unit at the relation's other end, where there are several.

Details:
The commands are one argument, for bash. They wait for their turn with the hooks of
the machine, have the hook tools, and what they change takes effect if they end with
status 0, which is also the status of ${name}. They cannot be run from within a hook.
`;
}

/** Undefined where the caller has its answer already. */
export function readLocalCommand(
  [name = "", ...words]: readonly string[],
  caller: Caller,
): LocalCommand | undefined {
  try {
    const command = parse(words);
    if (command !== undefined) return command;
    caller.print("stdout", Buffer.from(describe(name)));
    caller.end(0);
  } catch (error) {
    caller.print("stderr", Buffer.from(`ERROR ${messageOf(error)}\n`));
    caller.end(usageErrorCode);
  }
  return undefined;
}

/** Undefined when help is asked for. */
function parse(words: readonly string[]): LocalCommand | undefined {
  const options = new Map<string, string | boolean>();
  const positionals: string[] = [];
  for (const word of readWords(words, kinds)) {
    if (word.kind === "help") return undefined;
    if (word.kind === "positional") positionals.push(word.word);
    else options.set(word.as, word.kind === "text" ? word.value : word.isSet);
  }
  const text = (...names: readonly string[]) =>
    String(names.map((name) => options.get(name)).find((value) => value !== undefined) ?? "");
  return {
    ...bind(positionals, options.get("no-context") === true),
    relation: text("relation", "r"),
    remoteUnit: text("remote-unit"),
    isForced: options.get("force-remote-unit") === true,
  };
}

/** A unit may be named by its tag. */
function bind(
  positionals: readonly string[],
  isWithoutUnit: boolean,
): Pick<LocalCommand, "unit" | "commands"> {
  const [unit, commands, ...more] = isWithoutUnit ? ["", ...positionals] : positionals;
  if (unit === undefined) throw new UsageError("missing unit-name");
  if (commands === undefined) throw new UsageError("missing commands");
  if (more.length > 0) {
    const reason = "the commands are one argument, so put them into quotes";
    throw new UsageError(`unrecognized args: ${JSON.stringify(more)}: ${reason}`);
  }
  return { unit: unit.replace(/^unit-(.+)-(\d+)$/, "$1/$2"), commands };
}
