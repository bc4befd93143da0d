/** debug-log: what a model's machines and units log. */
import { isProblem, Problem } from "#base/problem.ts";
import type { LogLine } from "#client/log-stream.ts";
import { type Args, type Context, command, flag, list, textOr } from "../command.ts";
import type { Manner } from "../log/format.ts";
import { parseWait } from "../tasks/options.ts";

const options = {
  include: list("Only show messages of these units, machines or applications", "i"),
  exclude: list("Do not show messages of these units, machines or applications", "x"),
  "include-module": list("Only show messages of these logging modules"),
  "exclude-module": list("Do not show messages of these logging modules"),
  "include-labels": list("Only show messages with these labels, as in key=value"),
  "exclude-labels": list("Do not show messages with these labels"),
  level: textOr("", "Show messages of this level and above: TRACE to ERROR", "l"),
  limit: textOr("0", "Show the most recent so many messages, and end"),
  lines: textOr("0", "Show the most recent so many messages first, and go on", "n"),
  replay: flag("Show everything that is kept first, and go on"),
  tail: flag("Go on with new messages, also where nobody sits at a terminal"),
  "no-tail": flag("Show what there is, and end"),
  date: flag("Show dates as well as times"),
  ms: flag("Show times to the millisecond"),
  utc: flag("Show times in UTC"),
  location: flag("Show where in the source a message comes from, if that is known"),
  color: flag("Use colours even if the output is not a terminal"),
  retry: flag("Connect again when the connection is lost, and go on"),
  "retry-delay": textOr("1s", "How long to wait before connecting again"),
};
type LogArgs = Args<readonly [], typeof options>;

export default command({
  summary: "Displays log messages for a model.",
  details: `
Shows what the agents of a model's machines and units log, and what charms say: with juju-log, and on
their outputs. At a terminal, the last 10 messages are shown and then each new one, until you press
Ctrl-C. Elsewhere the command ends after those that there are.

--include and --exclude take units (greeter/0), machines (0), applications (greeter) and tags in which
a star stands for any letters (unit-greeter-*). A module stands for those below it: juju.worker, unit.
Of several of a kind any may fit; all kinds have to.

What is kept of the messages is up to the model's setting logging-config: the level that a module's
messages need, and those of the modules below it, as in "<root>=INFO;unit=DEBUG". What a hook prints is
of level DEBUG, and what it prints to its standard error of WARNING.
`,
  examples: [
    "jumar debug-log",
    "jumar debug-log --replay --no-tail --include greeter/0",
    "jumar debug-log --level WARNING --exclude 0 --lines 100",
    "jumar debug-log --include-module juju.worker.uniter --date --utc",
    "jumar debug-log --limit 50 --format json",
  ],
  seeAlso: ["status", "show-status-log", "model-config"],
  positionals: [],
  options,
  scope: "model",
  formats: ["text", "json"],

  async run(args, context) {
    const { toQuery } = await import("../log/request.ts");
    const { formatLogLine } = await import("../log/format.ts");
    const query = toQuery(args, { isTerminal: context.out.isTerminal });
    const pause = parseWait("retry-delay", args["retry-delay"]);
    const manner = toManner(args, context);
    const seen = new Seen();
    const show = (line: LogLine) => {
      if (seen.isNew(line)) context.add(formatLogLine(line, manner));
    };
    for (;;) {
      try {
        return await showOnce(context, seen.goOn(query), show);
      } catch (error) {
        const isLost = isProblem(error, "stopped") || isProblem(error, "try again");
        if (!args.retry || !isLost || context.signal.aborted) throw error;
        context.out.note(`${error.message}: connecting again`);
      }
      await context.clock.sleep(pause, context.signal);
    }
  },
});

function toManner(args: LogArgs, { format, isColored }: Context): Manner {
  return {
    ...{ format, isColored: args.color || isColored },
    zone: args.utc ? "UTC" : Temporal.Now.timeZoneId(),
    ...{ hasDate: args.date, hasMilliseconds: args.ms, hasLocation: args.location },
  };
}

/** From one connection, until there is no more. */
async function showOnce(
  context: Context,
  query: URLSearchParams,
  take: (line: LogLine) => void,
): Promise<void> {
  const { signal, files } = context;
  const { streamLog } = await import("#client/log-stream.ts");
  await using connection = await context.connectModel(); // finds whoever answers, and says who does not
  const { controller, uuid: model } = await context.model();
  const { caCertificate } = await files.controller(controller);
  const account = await files.findAccount(controller);
  if (account === undefined)
    throw new Problem("unauthorized access", `not logged in to controller ${controller}`);
  const login = { tag: `user-${account.user}`, password: account.password };
  const peer = { address: connection.address, caCertificate, login };
  await streamLog(peer, { model, query }, { take, signal });
  signal.throwIfAborted();
}

/** What has been shown already, as far as it may come again over another connection. */
class Seen {
  #time = "";
  #ofTime: string[] = [];
  #again: string[] = [];

  isNew(line: LogLine): boolean {
    const text = JSON.stringify(line);
    const at = this.#again.indexOf(text);
    if (at >= 0) this.#again.splice(at, 1);
    if (at >= 0) return false;
    if (line.ts !== this.#time) this.#ofTime = [];
    this.#time = line.ts;
    this.#ofTime.push(text);
    return true;
  }

  /** The same request, from where it has come to. */
  goOn(query: URLSearchParams): URLSearchParams {
    const next = new URLSearchParams(query);
    if (this.#time !== "") next.set("startTime", this.#time);
    this.#again = [...this.#ofTime];
    return next;
  }
}
