/** run-action: has units run an action, as in Juju 2: nobody waits, unless they say so. */
import { command, flag, text } from "../command.ts";
import { toId, zoneOf } from "../tasks/document.ts";
import { acceptEnqueued, openActions, showWaited, waitForTasks } from "../tasks/follow.ts";
import { utcOption } from "../tasks/options.ts";
import { parseActionWords, readParameters } from "../tasks/request.ts";

export default command({
  summary: "Queue an action for execution, as in Juju 2.",
  details: `
The same as run, but for its options, and that it does not wait until the action has ended: it prints
the task's id, for show-task (show-action-output). With --wait it waits, and shows the results.
`,
  examples: ["jumar run-action mysql/0 backup", "jumar run-action mysql/leader backup --wait"],
  seeAlso: ["run", "show-task", "actions"],
  positionals: ["[words...]"],
  usage: "<unit> [<unit> ...] <action> [<key>[.<key> ...]=<value> ...]",
  options: {
    params: text("Path to a YAML file of parameters"),
    "string-args": flag("Take values on the command line as text"),
    utc: utcOption,
    wait: flag("Wait until the action has ended, however long that takes"),
  },
  scope: "model",
  formats: ["yaml", "json", "plain"],

  async run(args, context) {
    const { receivers, action: name, pairs } = parseActionWords(args.words);
    const reading = { file: args.params, areStrings: args["string-args"] };
    const parameters = await readParameters(pairs, reading);
    await using connection = await context.connectModel();
    const facade = openActions(connection, context);
    const actions = receivers.map((receiver) => ({ tag: "", receiver, name, parameters }));
    const tasks = acceptEnqueued(context, await facade.EnqueueOperation({ actions }));
    if (!args.wait) {
      const ids = tasks.map(
        ({ action }) => `Action queued with id: "${toId(action?.tag ?? "")}"\n`,
      );
      return context.out.print(ids.join(""));
    }
    const zone = zoneOf(args.utc);
    const waited = await waitForTasks(context, facade, { tasks, deadline: undefined, zone });
    await showWaited(context, waited, zone);
  },
});
