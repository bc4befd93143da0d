/** status: what there is in a model, and how it is. */

import type { Clock } from "#base/clock.ts";
import { parseDuration } from "#base/duration.ts";
import { type Context, command, flag, text } from "../command.ts";

const clearScreen = "\u001b[H\u001b[2J\u001b[3J";

export default command({
  summary: "Report the status of the model, its machines, applications and units.",
  details: `
Shows the model, its applications, their units and its machines. What is named narrows it down:
machines, applications, units, or a status that units are in; a star stands for any letters.

During an upgrade, the model's notes say how far it has come, and each agent's version is in the
yaml and json formats. With --watch, it is shown again and again until you press Ctrl-C, which ends
the watching and nothing else.
`,
  examples: [
    "jumar status",
    "jumar status greeter",
    "jumar status --relations",
    "jumar status --watch 1s",
    "jumar status --format json",
  ],
  seeAlso: ["rollouts", "models"],
  positionals: ["[selectors...]"],
  options: {
    color: flag("Use ANSI color codes in output"),
    "no-color": flag("Disable ANSI color codes in tabular output"),
    integrations: flag("Show the integrations of the model"),
    relations: flag("The same as --integrations"),
    storage: flag("Accepted for compatibility; there is no storage yet"),
    utc: flag("Display timestamps in the UTC timezone"),
    watch: text("Watch the status every period of time, as in 1s"),
  },
  scope: "model",
  formats: ["tabular", "json", "yaml"],

  async run(args, context) {
    const period = args.watch === undefined ? undefined : parseDuration(args.watch);
    const connecting = context.connectModel();
    const [{ Client }, { toStatusDocument }, { emptyNote, formatTabular }] = await Promise.all([
      import("#contract/client.ts"),
      import("../status/document.ts"),
      import("../status/tabular.ts"),
    ]); // while the connection is being made, for this is what people run all the time
    await using connection = await connecting;
    const look = async () => {
      const patterns = args.selectors;
      const status = await connection.facade(Client, context.signal).FullStatus({ patterns });
      const controller = await context.controllerName();
      const zone = args.utc ? "UTC" : Temporal.Now.timeZoneId();
      const document = toStatusDocument(status, { controller, zone });
      const color = args.color || (context.out.isTerminal && !args["no-color"]);
      const showRelations = args.relations || args.integrations;
      const options = { controller, zone, color, showRelations };
      const [owner = ""] = (await context.model()).name.split("/");
      const empty = emptyNote(status, { owner, patterns });
      return { document, empty, tabular: () => formatTabular(status, options) };
    };
    if (period !== undefined) return watch(context, period, look);
    const { document, empty, tabular } = await look();
    await context.show(document, tabular);
    if (context.format === "tabular" && empty !== undefined) context.out.note(empty);
  },
});

type Look = () => Promise<{ document: unknown; tabular: () => string }>;

async function watch(
  { out, show, clock, signal }: Context & { readonly clock: Clock },
  period: Temporal.Duration,
  look: Look,
): Promise<void> {
  while (!signal.aborted) {
    const { document, tabular } = await look();
    if (out.isTerminal) out.print(clearScreen);
    await show(document, tabular);
    await clock.sleep(period, signal).catch(() => {});
  }
}
