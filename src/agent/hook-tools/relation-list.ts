/** relation-list: lists who takes part in a relation. */
import { flag, hookTool } from "../hook-tool-kit/hook-tool.ts";
import { getRelation, relationOption } from "../hook-tool-kit/relations.ts";

export default hookTool({
  summary: "Lists the units that take part in a relation.",
  details: `
The list is that of the other side, or of the other units where all are of the same
application. Outside of a relation's hooks, -r is required.
`,
  options: {
    app: flag("Prints the other side's application rather than its units."),
    relation: relationOption,
  },
  positionals: [],
  output: "smart",

  run({ app, relation }, hook) {
    const { units, isPeer, remoteApplication } = getRelation(hook, relation);
    if (!app) return units;
    return isPeer ? hook.application : remoteApplication;
  },
});
