/** help: what each command does. */
import { isJuju } from "../called-as.ts";
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

  async run({ topic }, { out, environment }) {
    const text = await helpOn(topic);
    out.print(isJuju(environment) ? text.replaceAll(/\bjumar (?=\S)/g, "juju ") : text);
  },
});

async function helpOn(topic: string | undefined): Promise<string> {
  if (topic === undefined) return overview;
  return topic === "commands" ? await formatCommandList() : await formatCommandHelp(topic);
}
