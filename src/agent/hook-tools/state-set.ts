/** state-set: writes the unit's state. */
import { hookTool } from "../hook-tool-kit/hook-tool.ts";
import { fileOption, readSettings } from "../hook-tool-kit/settings.ts";

export default hookTool({
  summary: "Writes the state that the controller keeps for the unit.",
  details: `
The state is kept when the hook has succeeded. A key without a value is removed.
What does not fit into a command line goes into a file, which the words on the
command line override.
`,
  options: { file: fileOption },
  positionals: ["[key=value...]"],

  async run({ "key=value": words, file }, hook) {
    await hook.setState(await readSettings(hook, { words, file }));
  },
});
