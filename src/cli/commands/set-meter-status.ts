/** set-meter-status: says how much units use, so that their charms hear of it. */
import { MetricsDebug } from "#contract/metrics-debug.ts";
import { command, textOr } from "../command.ts";
import { toEntityTag } from "../metering.ts";

export default command({
  summary: "Sets the meter status on an application or unit.",
  details: `
Says of a unit, or of every unit that an application has, how much it uses: GREEN, AMBER or RED. Its
charm hears of that in the hook meter-status-changed, which is what this is for: to try a charm.
Nothing else in Jumar sets a meter status, since nobody bills anybody.
`,
  examples: [
    "jumar set-meter-status greeter RED",
    "jumar set-meter-status greeter/0 AMBER --info soon",
  ],
  seeAlso: ["metrics", "status"],
  positionals: ["name", "status"],
  options: { info: textOr("", "What the charm is told of why it is so") },
  scope: "model",

  async run({ name, status: code, info }, context) {
    const tag = toEntityTag(name);
    await using connection = await context.connectModel();
    await connection.facade(MetricsDebug).SetMeterStatus({ tag, code, info });
  },
});
