/** help: what each command does. */

import { command } from "../command.ts";
import { formatCommandHelp, formatCommandList, overview } from "../help.ts";

export default command({
  summary: "Show help on a command or other topic.",
  details: `
Without a topic, says where to begin. "help commands" lists all commands.
`,
  examples: ["jumar help", "jumar help commands", "jumar help upgrade-model"],
  positionals: ["[topic]"],
  options: {},
  scope: "client",

  async run({ topic }, { out }) {
    if (topic === undefined) return out.print(overview);
    if (topic === "commands") return out.print(await formatCommandList());
    out.print(await formatCommandHelp(topic));
  },
});
