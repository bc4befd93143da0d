/** storage-get: says where storage is, and what it is. */

import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { HookContext, HookStorage } from "../hook-context.ts";
import { hookTool, option } from "../hook-tool-kit/hook-tool.ts";

const attributes = ["kind", "location"] as const;

export default hookTool({
  summary: "Prints information for the storage instance with the specified ID.",
  details: `
Without a name, kind and location are printed. In the hooks of a storage it need not
be named; elsewhere, storage-list says which there are.
`,
  options: {
    s: option("The storage instance, as in data/0.", {
      default: ({ storage }) => storage?.id ?? "",
    }),
  },
  positionals: ["[attribute]"],
  output: "smart",

  async run({ s: id, attribute }, hook) {
    const { kind, location } = getStorage(hook, id ?? "");
    const known = { kind, location };
    if (attribute === undefined) return known;
    const key = attributes.find((each) => each === attribute);
    if (key === undefined) throw new UsageError(`invalid storage attribute "${attribute}"`);
    return known[key];
  },
});

function getStorage(hook: HookContext, id: string): HookStorage {
  if (id === "") throw new UsageError("no storage instance specified");
  const found = hook.storages().find((each) => each.id === id);
  if (found) return found;
  throw new Problem("not found", `invalid value "${id}" for option -s: storage not found`);
}
