/** action-get: prints the parameters of the action that runs. */
import { isMapping } from "#base/mapping.ts";
import { requireAction } from "../hook-tool-kit/actions.ts";
import { hookTool } from "../hook-tool-kit/hook-tool.ts";

export default hookTool({
  summary: "Prints parameters of the action.",
  details: `
Without a key, it prints all of them. The parts of a key stand between dots, as in
outfile.name, and lead into maps. What is not there prints as nothing.
`,
  options: {},
  positionals: ["[key]"],
  output: "smart",

  run({ key }, hook) {
    const { parameters } = requireAction(hook);
    if (!key) return parameters;
    return key.split(".").reduce<unknown>(findIn, parameters);
  },
});

function findIn(value: unknown, part: string): unknown {
  return isMapping(value) && Object.hasOwn(value, part) ? value[part] : null;
}
