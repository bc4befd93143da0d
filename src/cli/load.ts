/** Finds commands by their names. */
import type { Command } from "./command.ts";
import { aliases, type CommandName, commandNames } from "./names.ts";

/** Only what is used is loaded. Throws a `UsageError` for what is no command. */
export async function loadCommand(given: string): Promise<Command> {
  const name = findCommandName(given);
  if (name === undefined) throw (await import("./suggest.ts")).unknownCommand(given);
  const { default: definition } = await import(`./commands/${name}.ts`);
  return definition;
}

/** The name of the command's file, which an alias is not. */
export function findCommandName(given: string): CommandName | undefined {
  const name = Object.hasOwn(aliases, given) ? aliases[given] : given;
  return commandNames.find((each) => each === name);
}
