/** status: what there is in a model, and how it is. */
import { parseDuration } from "#base/duration.ts";
import { isProblem } from "#base/problem.ts";
import { invalidValue } from "#base/words.ts";
import type { Connection } from "#client/connection.ts";
import { type Args, type Context, command, flag, text } from "../command.ts";

const options = {
  color: flag("Use ANSI color codes in output"),
  "no-color": flag("Disable ANSI color codes in tabular output"),
  integrations: flag("Show the integrations of the model"),
  relations: flag("The same as --integrations"),
  "retry-count": text("Accepted for compatibility; a controller that is away is waited for anyway"),
  "retry-delay": text("Accepted for compatibility; has no effect"),
  storage: flag("Show the storage of the model; the yaml and json formats always do"),
  utc: flag("Display timestamps in the UTC timezone"),
  watch: text("Watch the status every period of time, as in 1s"),
};
const positionals = ["[selectors...]"] as const;
type StatusArgs = Args<typeof positionals, typeof options>;

export default command({
  summary: "Report the status of the model, its machines, applications and units.",
  details: `
Shows the model, its applications, their units and its machines. What is named narrows it down:
machines, applications, units, or a status that units are in; a star stands for any letters.

During an upgrade, the model's notes say how far it has come, and each agent's version is in the
yaml and json formats. With --watch, it is shown again and again until you press Ctrl-C, which ends
the watching and nothing else.

The formats short, oneline and line are the same: a line for each unit. The format summary counts
machines and units by their states.
`,
  examples: [
    "jumar status",
    "jumar status greeter",
    "jumar status --relations",
    "jumar status --watch 1s",
    "jumar status --format json",
    "jumar status --format oneline",
  ],
  seeAlso: ["rollouts", "models"],
  positionals,
  options,
  scope: "model",
  formats: ["tabular", "json", "yaml", "line", "oneline", "short", "summary"],

  async run(args, context) {
    const period = args.watch === undefined ? undefined : parsePeriod(args.watch);
    if (period !== undefined) return await watch(args, context, period);
    const connecting = context.connectModel();
    const look = await loadLook(args, context); // while the connection is being made
    await using connection = await connecting;
    await look(connection);
  },
});

function parsePeriod(given: string): Temporal.Duration {
  try {
    const period = parseDuration(given);
    if (period.sign > 0) return period;
  } catch (error) {
    if (!isProblem(error, "not valid")) throw error;
  }
  throw invalidValue("watch", given, "expected a period of time such as 1s or 5m");
}

/**
 * Shows the status again and again until somebody interrupts. A controller that is being upgraded
 * ends the connection, and is back soon.
 */
async function watch(args: StatusArgs, context: Context, period: Temporal.Duration): Promise<void> {
  const { out, clock, signal } = context;
  const look = await loadLook(args, context);
  while (!signal.aborted) {
    try {
      await using connection = await context.connectModel();
      for (;;) {
        await look(connection, () => out.clear());
        await clock.sleep(period, signal);
      }
    } catch (error) {
      if (!signal.aborted && !isProblem(error, "stopped")) throw error;
    }
  }
}

/** Looks at the model, and shows it; `before` is called when there is something to show. */
type Look = (connection: Connection, before?: () => void) => Promise<void>;

/** Only what the format needs is loaded, for this is what people run all the time. */
async function loadLook(args: StatusArgs, context: Context): Promise<Look> {
  const [{ Client }, present] = await Promise.all([
    import("#contract/client.ts"),
    import("../status/present.ts").then(({ loadPresenter }) => loadPresenter(context.format)),
  ]);
  return async (connection, before) => {
    const patterns = args.selectors;
    const isForPrograms = context.format === "yaml" || context.format === "json";
    const asked = { patterns, "include-storage": args.storage || isForPrograms };
    const status = await connection.facade(Client).FullStatus(asked);
    const { controller, name } = await context.model();
    const {
      value,
      text: shown,
      note,
    } = present(status, {
      ...{ controller, patterns, owner: name.split("/")[0] ?? "" },
      zone: args.utc ? "UTC" : Temporal.Now.timeZoneId(),
      color: args.color || (context.isColored && !args["no-color"]),
      showRelations: args.relations || args.integrations,
    });
    before?.();
    await context.show(value, () => shown);
    if (note !== undefined) context.out.note(note);
  };
}
