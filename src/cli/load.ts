/** Finds commands by their names. */

import { UsageError } from "#base/usage.ts";
import type { Command } from "./command.ts";
import { aliases, type CommandName, commandNames } from "./names.ts";

/** Only what is used is loaded. Throws a `UsageError` for what is no command. */
export async function loadCommand(given: string): Promise<Command> {
  const name = toCommandName(given);
  const { default: definition } = await import(`./commands/${name}.ts`);
  return definition;
}

export function toCommandName(given: string): CommandName {
  const name = Object.hasOwn(aliases, given) ? aliases[given] : given;
  const known = commandNames.find((each) => each === name);
  if (known) return known;
  throw new UsageError(`"${given}" is not a jumar command. See "jumar help commands".`);
}
