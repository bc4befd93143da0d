/** juju-log: writes a line into the unit's log. */

import { isLogLevel, type LogLevel } from "#base/log.ts";
import { UsageError } from "#base/usage.ts";
import type { HookContext } from "../hook-context.ts";
import { flag, hookTool, option } from "../hook-tool-kit/hook-tool.ts";
import { findHookRelation, formatRelationId } from "../hook-tool-kit/relations.ts";

export default hookTool({
  summary: "Writes a message to the log.",
  details: `
The words of the message are joined by spaces. Levels are TRACE, DEBUG, INFO,
WARNING, ERROR and CRITICAL; a level that there is not counts as INFO. In hooks of
a relation the message begins with the relation's id.
`,
  options: {
    debug: flag("Logs at level DEBUG."),
    "log-level": option("Logs at this level.", { short: "l", default: () => "INFO" }),
  },
  positionals: ["[message...]"],
  worksRestricted: true,

  run({ message, debug, "log-level": levelName }, hook) {
    if (message.length === 0) throw new UsageError("no message specified");
    const level = debug ? "DEBUG" : findLevel(levelName ?? "");
    if (!level) hook.log("WARNING", `there is no log level "${levelName}", so this is INFO:`);
    hook.log(level ?? "INFO", `${prefixOf(hook)}${message.join(" ")}`);
  },
});

/** In any case of its letters; WARN is short for WARNING. */
function findLevel(name: string): LogLevel | undefined {
  const level = name.toUpperCase();
  if (level === "WARN") return "WARNING";
  return isLogLevel(level) ? level : undefined;
}

function prefixOf(hook: HookContext): string {
  const relation = findHookRelation(hook);
  return relation ? `${formatRelationId(relation)}: ` : "";
}
