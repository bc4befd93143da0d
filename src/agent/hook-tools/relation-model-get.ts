/** relation-model-get: tells in which model a relation's other side is. */
import { hookTool } from "../hook-tool-kit/hook-tool.ts";
import { getRelation, relationOption } from "../hook-tool-kit/relations.ts";

export default hookTool({
  summary: "Prints the model that the other side of a relation is in.",
  details: `
It prints the model's UUID. Outside of a relation's hooks, -r is required.
`,
  options: { relation: relationOption },
  positionals: [],
  output: "smart",

  run({ relation }, hook) {
    getRelation(hook, relation);
    return { uuid: hook.model };
  },
});
