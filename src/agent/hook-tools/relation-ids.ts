/** relation-ids: lists the relations of an endpoint. */
import { UsageError } from "#base/usage.ts";
import { hookTool } from "../hook-tool-kit/hook-tool.ts";
import { findHookRelation, formatRelationId } from "../hook-tool-kit/relations.ts";

export default hookTool({
  summary: "Lists the ids of an endpoint's relations.",
  details: `
Without an endpoint, it lists the relations of the one that the hook is about. A
relation that is broken is not listed.
`,
  options: {},
  positionals: ["[endpoint]"],
  output: "smart",

  run({ endpoint }, hook) {
    const name = endpoint || findHookRelation(hook)?.endpoint;
    if (!name) throw new UsageError("no endpoint name specified");
    const listed = hook.relations().filter((each) => each.endpoint === name && !each.isBroken);
    return listed.map(formatRelationId).toSorted();
  },
});
