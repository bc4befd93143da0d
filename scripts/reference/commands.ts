/** The page of all commands, from what they say of themselves. */
import { byKey } from "#base/order.ts";
import { optionsOf } from "#cli/arguments.ts";
import type { Command, OptionDefinition, Options } from "#cli/command.ts";
import { formatUsage } from "#cli/help.ts";
import { loadCommand } from "#cli/load.ts";
import { aliases, commandNames } from "#cli/names.ts";
import { code, codeBlock, type Page, page, prose, table } from "./page.ts";

const intro = `
\`jumar\` is also installed as \`juju\`. The words of a command line follow Juju's rules: a command's options come after its
name, anywhere among its arguments; \`--name value\`, \`--name=value\`, \`-n value\` and \`-nvalue\` are the same; a flag takes a
value only after \`=\`; \`--\` ends options. \`jumar help COMMAND\` and \`jumar COMMAND --help\` print what stands here.

What was asked for goes to standard output, what is said beside it to standard error. The exit status is 0 when it was
done, 1 when it failed, and 2 when the command line was wrong; see [the environment](environment.md).
`;

export async function commandsPage(): Promise<Page> {
  const commands = await Promise.all(
    commandNames.map(async (name) => ({ name, definition: await loadCommand(name) })),
  );
  const common = commonOptions(commands.map(({ definition }) => definition));
  const index = table(
    ["command", "what it does"],
    commands.map(({ name, definition }) => [`[${name}](#${name})`, definition.summary]),
  );
  const others = table(
    ["other name", "command"],
    Object.entries(aliases).map(([alias, name]) => [code(alias), `[${name}](#${name})`]),
  );
  const parts = commands.flatMap(({ name, definition }) => describe(name, definition, common));
  const shared = ["## What every command takes", formatOptions(common)];
  const origin = { title: "Commands", from: "src/cli/commands" };
  return page("commands", origin, [intro, index, others, ...shared, ...parts]);
}

function commonOptions(commands: readonly Command[]): Options {
  const [first, ...rest] = commands.map(optionsOf);
  const shared = Object.entries(first ?? {}).filter(([name]) =>
    rest.every((options) => Object.hasOwn(options, name)),
  );
  return Object.fromEntries(shared);
}

function describe(name: string, definition: Command, common: Options): string[] {
  const own = Object.entries(optionsOf(definition)).filter(([each]) => !(each in common));
  const names = Object.keys(aliases).filter((alias) => aliases[alias] === name);
  const { seeAlso = [] } = definition;
  return [
    `## ${name}`,
    codeBlock(`jumar ${name} ${formatUsage(definition)}`),
    definition.summary,
    prose(definition.details),
    ...(own.length > 0 ? [formatOptions(Object.fromEntries(own))] : []),
    `Examples:\n\n${codeBlock(definition.examples.join("\n"))}`,
    ...(names.length > 0 ? [`Other names: ${names.map(code).join(", ")}.`] : []),
    ...(seeAlso.length > 0
      ? [`See also: ${seeAlso.map((each) => `[${each}](#${each})`).join(", ")}.`]
      : []),
  ];
}

function formatOptions(options: Options): string {
  const rows = Object.entries(options)
    .toSorted(byKey)
    .map(([name, option]) => [formatName(name, option), prose(option.help), defaultOf(option)]);
  return table(["option", "what it means", "default"], rows);
}

function formatName(name: string, { kind, short }: OptionDefinition): string {
  const value = kind === "flag" ? "" : ` <${kind === "list" ? "value, repeatable" : "value"}>`;
  return code(short === undefined ? `--${name}${value}` : `-${short}, --${name}${value}`);
}

function defaultOf(option: OptionDefinition): string {
  return "default" in option && option.default ? code(option.default) : "";
}
