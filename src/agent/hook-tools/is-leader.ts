/** is-leader: tells whether the unit leads its application. */
import { hookTool } from "../hook-tool-kit/hook-tool.ts";

export default hookTool({
  summary: "Prints whether the unit is its application's leader.",
  details: `
It prints True or False. When it prints True, the unit stays the leader for 30
seconds at least.
`,
  options: {},
  positionals: [],
  output: "smart",

  run: (_args, hook) => hook.isLeader(),
});
