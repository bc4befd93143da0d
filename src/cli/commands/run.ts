/** run: has units run an action of their charm. */
import { command, flag, text, textOr } from "../command.ts";
import { zoneOf } from "../tasks/document.ts";
import { follow, openActions } from "../tasks/follow.ts";
import {
  backgroundOption,
  colorOptions,
  groupOption,
  parallelOption,
  parseWait,
  toTurns,
  utcOption,
} from "../tasks/options.ts";
import { parseActionWords, readParameters } from "../tasks/request.ts";

export default command({
  summary: "Run an action on a specified unit.",
  details: `
First come the units, as in mysql/0 or mysql/leader, then the action, then its parameters. A
parameter is written key=value; the parts of a key stand between dots and lead into maps; a value is
YAML, or text as it is with --string-args. --params names a file of them, which the command line
overrides.

The command waits until the action has ended, and shows what it says meanwhile. When --wait is over,
or somebody interrupts, the action goes on: see show-task. With --background nobody waits at all.
`,
  examples: [
    "jumar run mysql/0 backup",
    "jumar run mysql/leader backup outfile.name=all.tar.gz compress=true",
    "jumar run mysql/0 mysql/1 backup --params parameters.yaml --wait 10m",
    "jumar run mysql/0 backup --background",
  ],
  seeAlso: ["actions", "show-action", "show-task", "operations", "cancel-task", "exec"],
  positionals: ["[words...]"],
  usage: "<unit> [<unit> ...] <action> [<key>[.<key> ...]=<value> ...]",
  options: {
    background: backgroundOption,
    ...colorOptions,
    "execution-group": groupOption,
    parallel: parallelOption,
    params: text("Path to a YAML file of parameters"),
    "string-args": flag("Take values on the command line as text"),
    utc: utcOption,
    wait: textOr("60s", "How long to wait for each"),
  },
  scope: "model",
  formats: ["plain", "json", "yaml"],

  async run(args, context) {
    const { receivers, action: name, pairs } = parseActionWords(args.words);
    const wait = parseWait("wait", args.wait);
    const reading = { file: args.params, areStrings: args["string-args"] };
    const parameters = await readParameters(pairs, reading);
    const turns = toTurns(args.parallel, args["execution-group"]);
    await using connection = await context.connectModel();
    const facade = openActions(connection, context);
    const actions = receivers.map((receiver) => ({
      tag: "",
      receiver,
      name,
      parameters,
      ...turns,
    }));
    const enqueued = await facade.EnqueueOperation({ actions: actions as never });
    const following = { enqueued, isBackground: args.background, wait, zone: zoneOf(args.utc) };
    await follow(context, facade, following);
  },
});
