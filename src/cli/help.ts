/** Help, made from what the commands say of themselves. */
import { byKey } from "#base/order.ts";
import { optionsOf } from "./arguments.ts";
import type { Command, OptionDefinition } from "./command.ts";
import { findCommandName, loadCommand } from "./load.ts";
import { aliases, commandNames } from "./names.ts";

export const overview = `Jumar runs applications on machines for as long as they live, and upgrades them.
It speaks Juju: the same commands, the same charms, the same client API.

To begin on this very host:

    jumar bootstrap local demo        make a controller
    jumar add-model shop              make a model on it
    jumar deploy ./greeter            deploy a charm
    jumar status --watch 1s           watch it come up

To upgrade:

    jumar upgrade-charm greeter --path ./greeter-2
    jumar upgrade-controller
    jumar upgrade-model

See also:
    jumar help commands               all commands
    jumar help COMMAND                one of them
`;

export async function formatCommandList(): Promise<string> {
  const width = Math.max(...[...commandNames, ...Object.keys(aliases)].map(({ length }) => length));
  const own = await Promise.all(
    commandNames.map(async (name) => [name, (await loadCommand(name)).summary] as const),
  );
  const others = Object.entries(aliases).map(
    ([name, target]) => [name, `Alias for '${target}'.`] as const,
  );
  const lines = [...own, ...others]
    .toSorted(byKey)
    .map(([name, summary]) => `${name.padEnd(width)}  ${summary}`);
  return `${lines.join("\n")}\n`;
}

/** By whichever of its names. Throws a `UsageError` for what is no command. */
export async function formatCommandHelp(given: string): Promise<string> {
  const definition = await loadCommand(given);
  const name = findCommandName(given) ?? given;
  const { summary, details, examples, seeAlso = [] } = definition;
  const names = Object.entries(aliases).filter(([, target]) => target === name);
  return [
    await formatUsageOf(name),
    `Summary:\n${summary}`,
    `Options:\n${formatOptions(definition)}`,
    `Details:\n${details.trim()}`,
    `Examples:\n${examples.map((each) => `    ${each}`).join("\n")}`,
    ...(names.length > 0 ? [`Aliases: ${names.map(([alias]) => alias).join(", ")}`] : []),
    ...(seeAlso.length > 0
      ? [`See also:\n${seeAlso.map((other) => ` - ${other}`).join("\n")}`]
      : []),
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}

/** One line: how the command is written. */
export async function formatUsageOf(name: string): Promise<string> {
  return `Usage: jumar ${name} ${formatUsage(await loadCommand(name))}`;
}

export function formatUsage({ positionals, usage }: Command): string {
  if (usage !== undefined) return `[options] ${usage}`;
  const words = positionals.map((positional) => {
    const word = positional
      .replaceAll(/[[\].]/g, "")
      .replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (positional.endsWith("...]")) return `[<${word.replace(/s$/, "")}> ...]`;
    return positional.startsWith("[") ? `[<${word}>]` : `<${word}>`;
  });
  return ["[options]", ...words].join(" ");
}

function formatOptions(definition: Command): string {
  return Object.entries(optionsOf(definition))
    .toSorted(byKey)
    .map(([name, option]) => `${formatName(name, option)}\n    ${option.help}`)
    .join("\n");
}

function formatName(name: string, { kind, short, ...rest }: OptionDefinition): string {
  const whole = name.length === 1 ? `-${name}` : `--${name}`;
  const names = short === undefined ? whole : `-${short}, ${whole}`;
  const standard = "default" in rest && rest.default ? rest.default : '""';
  return kind === "flag" ? names : `${names} (= ${standard})`;
}
