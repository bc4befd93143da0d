/** What `--help` prints: charms look for options in it, and read defaults from it. */

import { byKey } from "#base/order.ts";
import { withDashes } from "#base/words.ts";
import type { HookContext } from "../hook-context.ts";
import { optionsOf } from "./arguments.ts";
import type { HookTool, Options } from "./hook-tool.ts";

/** An option's line has the form `-r, --relation  (= db:7)`. */
export function formatHelp(name: string, tool: HookTool, hook: HookContext): string {
  const usage = ["Usage:", name, "[options]", ...tool.positionals.map(toUsage)].join(" ");
  const options = `Options:\n${describeOptions(optionsOf(tool), hook)}`;
  const details = tool.details.trim();
  const parts = [usage, `Summary:\n${tool.summary}`, options, `Details:\n${details}`];
  return `${parts.join("\n\n")}\n`;
}

function toUsage(positional: string): string {
  return positional.replace(/^(\[?)(.*?)((?:\.\.\.)?\]?)$/, "$1<$2>$3");
}

function describeOptions(options: Options, hook: HookContext): string {
  const entries = Object.entries(options).toSorted(byKey);
  const lines = entries.map(([name, definition]) => {
    const { help, short } = definition;
    const names = [short, name].filter((each) => each !== undefined).map(withDashes);
    const value = definition.kind === "flag" ? "false" : (definition.default?.(hook) ?? "");
    return `${names.join(", ")}  (= ${value})\n    ${help}`;
  });
  return lines.join("\n");
}
