/** exec: has machines or units run commands. */

import { UsageError } from "#base/usage.ts";
import { parseCommaList } from "../comma-list.ts";
import { command, flag, list, textOr } from "../command.ts";
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
import { toApplicationReceiver, toMachineReceiver, toUnitReceiver } from "../tasks/request.ts";

const nanosecondsPerMillisecond = 1e6;

export default command({
  summary: "Run the commands on the remote targets specified.",
  details: `
Units run commands as they run hooks: as root, in the charm's folder, with the hook tools. Machines
run them outside of every charm. Targets are named in lists with commas; --all is every machine. What
the charm's tools change takes effect if the commands end with status 0.

Several words are one command, as they are; one word is what a shell makes of it. Options for exec
come first, and -- ends them.
`,
  examples: [
    "jumar exec --unit mysql/0 -- relation-ids db",
    'jumar exec --unit mysql/leader "config-get && status-get"',
    "jumar exec --application mysql,wordpress hostname",
    "jumar exec --all -- uptime",
    "jumar exec --machine 0,1 --timeout 10m --wait 10m -- apt-get update",
  ],
  seeAlso: ["run", "show-task", "operations", "cancel-task"],
  positionals: ["[commands...]"],
  usage: "<commands>",
  areOptionsFirst: true,
  options: {
    all: flag("Run the commands on all machines"),
    app: list("The same as --application"),
    application: list("All units of these applications", "a"),
    background: backgroundOption,
    ...colorOptions,
    "execution-group": groupOption,
    machine: list("These machines"),
    operator: flag("Accepted for compatibility; units of machines have no operator"),
    parallel: parallelOption,
    timeout: textOr("5m", "How long the commands may take; 0s for no end"),
    unit: list("These units, as in mysql/0 or mysql/leader", "u"),
    utc: utcOption,
    wait: textOr("5m", "How long to wait for each"),
  },
  scope: "model",
  formats: ["plain", "json", "yaml"],

  async run(args, context) {
    const machines = args.machine.flatMap(parseCommaList).map(toMachineReceiver);
    const applications = [...args.app, ...args.application]
      .flatMap(parseCommaList)
      .map(toApplicationReceiver);
    const units = args.unit.flatMap(parseCommaList).map(toUnitReceiver);
    refuseTargets(args.all, machines.length + applications.length + units.length);
    const [wait, timeout] = [parseWait("wait", args.wait), parseWait("timeout", args.timeout)];
    const params = {
      ...{ commands: toCommands(args.commands), machines, applications, units },
      timeout: timeout.total("milliseconds") * nanosecondsPerMillisecond,
      ...toTurns(args.parallel, args["execution-group"]),
    };
    await using connection = await context.connectModel();
    const facade = openActions(connection, context);
    const enqueued = await (args.all ? facade.RunOnAllMachines(params) : facade.Run(params));
    const following = { enqueued, isBackground: args.background, wait, zone: zoneOf(args.utc) };
    await follow(context, facade, following);
  },
});

function refuseTargets(isAll: boolean, count: number): void {
  if (isAll && count > 0) {
    throw new UsageError("You cannot specify --all and individual machines, applications or units");
  }
  if (isAll || count > 0) return;
  throw new UsageError(
    "You must specify a target, either through --all, --machine, --application or --unit",
  );
}

/** One word may be a whole script; several are the words of one command. */
function toCommands(words: readonly string[]): string {
  const [only, ...rest] = words;
  if (only === undefined) throw new UsageError("no commands specified");
  return rest.length === 0 ? only : words.map(quote).join(" ");
}

function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
