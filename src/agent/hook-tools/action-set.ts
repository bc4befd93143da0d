/** action-set: sets results of the action that runs. */
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import { requireAction } from "../hook-tool-kit/actions.ts";
import { hookTool } from "../hook-tool-kit/hook-tool.ts";
import { reservedKeys } from "../task/output.ts";

const partPattern = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

export default hookTool({
  summary: "Sets results of the action.",
  details: `
The parts of a key stand between dots, as in outfile.size=10, and make maps. They
consist of lower-case letters, digits and, inside, dashes. Whoever asked for the
action sees the results when it has ended, even if it has failed.
`,
  options: {},
  positionals: ["[key=value...]"],

  run({ "key=value": words }, hook) {
    const action = requireAction(hook);
    for (const { path, value } of words.map(parseWord)) action.setResult(path, value);
  },
});

function parseWord(word: string): { readonly path: readonly string[]; readonly value: string } {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
  if (key === undefined || value === undefined) {
    throw new UsageError(`argument ${JSON.stringify(word)} must be of the form key...=value`);
  }
  const path = key.split(".");
  const wrong = path.find((part) => !partPattern.test(part));
  if (wrong !== undefined) {
    const rule =
      "must start and end with lowercase alphanumeric, and contain only lowercase alphanumeric and hyphens";
    throw new UsageError(`key ${JSON.stringify(wrong)} ${rule}`);
  }
  const [first = ""] = path;
  if (!reservedKeys.has(first)) return { path, value };
  throw new Problem("not valid", `cannot set reserved action key "${first}"`);
}
