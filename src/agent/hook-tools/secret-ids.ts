/** secret-ids: prints the secrets that the unit may change. */
import { hookTool } from "../hook-tool-kit/hook-tool.ts";

export default hookTool({
  summary: "Prints the ids of the secrets that are the unit's own.",
  details: `
It prints those of the unit, and on the leader those of the application.
`,
  options: {},
  positionals: [],
  output: "smart",

  async run(_args, hook) {
    const all = await hook.secrets();
    return all.map(({ id }) => id).toSorted();
  },
});
