/** The page of all hook tools, from what they say of themselves. */

import type { HookContext } from "#agent/hook-context.ts";
import { optionsOf } from "#agent/hook-tool-kit/arguments.ts";
import type { Flag, HookTool, Option } from "#agent/hook-tool-kit/hook-tool.ts";
import { hookToolNames } from "#agent/hook-tool-kit/run-hook-tool.ts";
import { byKey } from "#base/order.ts";
import { code, codeBlock, type Page, page, prose, table } from "./page.ts";

const intro = `
A charm's hook finds these commands first on its \`PATH\`. They can be used by the hook that runs, and by nobody else. What a
hook writes into relations, ports and state takes effect when the hook succeeds; a status, a workload's version and a line of the
log are set at once. \`COMMAND --help\` in a hook prints what stands here.

The exit status is 0, 1 for what failed, and 2 for arguments that cannot be. How they are served:
[decision 3](../decisions/0003-hook-tools-in-perl.md).
`;

/** A hook that is about nothing, for what options are by default. */
const noHook = { relation: undefined, relations: () => [] } as unknown as HookContext;

export async function hookToolsPage(): Promise<Page> {
  const tools = await Promise.all(
    hookToolNames.map(async (name) => ({ name, tool: await load(name) })),
  );
  const index = table(
    ["tool", "what it does"],
    tools.map(({ name, tool }) => [`[${name}](#${name})`, tool.summary]),
  );
  const parts = tools.flatMap(({ name, tool }) => describe(name, tool));
  const origin = { title: "Hook tools", from: "src/agent/hook-tools" };
  return page("hook-tools", origin, [intro, index, ...parts]);
}

async function load(name: string): Promise<HookTool> {
  const module = await import(`../../src/agent/hook-tools/${name}.ts`);
  return module.default;
}

function describe(name: string, tool: HookTool): string[] {
  const words = tool.positionals.map((positional) =>
    positional.replace(/^(\[?)(.*?)((?:\.\.\.)?\]?)$/, "$1<$2>$3"),
  );
  const rows = Object.entries(optionsOf(tool))
    .toSorted(byKey)
    .map(([as, option]) => [formatName(as, option), prose(option.help), defaultOf(as, option)]);
  return [
    `## ${name}`,
    codeBlock([name, "[options]", ...words].join(" ")),
    tool.summary,
    prose(tool.details),
    ...(rows.length > 0 ? [table(["option", "what it means", "default"], rows)] : []),
  ];
}

function formatName(name: string, { kind, short }: Flag | Option): string {
  const value = kind === "flag" ? "" : " <value>";
  return code(short === undefined ? `--${name}${value}` : `-${short}, --${name}${value}`);
}

function defaultOf(name: string, option: Flag | Option): string {
  if (option.kind === "flag") return "";
  if (name === "relation") return "the hook's own";
  const value = option.default?.(noHook) ?? "";
  return value === "" ? "" : code(value);
}
