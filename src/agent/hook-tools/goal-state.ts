/** goal-state: prints what the model is on its way to. */
import type { GoalState } from "#contract/unit-agent.ts";
import { hookTool } from "../hook-tool-kit/hook-tool.ts";
import { inOrder } from "../hook-tool-kit/output.ts";

export default hookTool({
  summary: "Prints the units and relations that there will be, and how far they are.",
  details: `
It prints the units of the charm's own application, and for each of its endpoints
the related applications and units, each with its status and since when it has it.
`,
  options: {},
  positionals: [],
  output: "yaml",

  async run(_args, hook) {
    const { units, relations } = await hook.goalState();
    return inOrder({
      units: toPrinted(units),
      relations: Object.fromEntries(
        Object.entries(relations).map(([endpoint, members]) => [endpoint, toPrinted(members)]),
      ),
    });
  },
});

function toPrinted(goals: GoalState["units"]) {
  const entries = Object.entries(goals);
  return Object.fromEntries(
    entries.map(([name, { status, since }]) => [
      name,
      inOrder({ status, since: formatSince(since) }),
    ]),
  );
}

/** As Juju writes times here: UTC, to the second, as in `2026-01-01 00:00:00Z`. */
function formatSince(since: string): string {
  return since.replace("T", " ").replace(/\.\d+Z$/, "Z");
}
