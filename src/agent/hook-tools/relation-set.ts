/** relation-set: writes the unit's or the application's settings of a relation. */
import { flag, hookTool } from "../hook-tool-kit/hook-tool.ts";
import { getRelation, relationOption } from "../hook-tool-kit/relations.ts";
import { fileOption, readSettings } from "../hook-tool-kit/settings.ts";

export default hookTool({
  summary: "Writes settings of a relation.",
  details: `
The others see the settings when the hook has succeeded. A setting without a value
is removed. What does not fit into a command line goes into a file, which the words
on the command line override.
`,
  options: {
    app: flag("Writes the application's settings, which only the leader may."),
    file: fileOption,
    relation: relationOption,
  },
  positionals: ["[key=value...]"],

  async run({ "key=value": words, file, app, relation }, hook) {
    const { id } = getRelation(hook, relation);
    const settings = await readSettings(hook, { words, file });
    await hook.setRelationSettings({ relation: id, isApplication: app, settings });
  },
});
