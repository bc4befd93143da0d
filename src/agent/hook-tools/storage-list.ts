/** storage-list: lists the unit's storage. */
import { hookTool } from "../hook-tool-kit/hook-tool.ts";

export default hookTool({
  summary: "Lists the storage that is attached to the unit.",
  details: `
The ids have the form data/0. With a name, only those of that store are listed.
`,
  options: {},
  positionals: ["[name]"],
  output: "smart",

  async run({ name }, hook) {
    const meant = hook.storages().filter(({ store }) => name === undefined || store === name);
    return meant.map(({ id }) => id);
  },
});
