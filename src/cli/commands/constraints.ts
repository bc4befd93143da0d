/** constraints: what an application's machines must have. */

import { UsageError } from "#base/usage.ts";
import { Application } from "#contract/application.ts";
import { formatConstraints } from "#contract/constraints.ts";
import { toTag } from "#contract/tags.ts";
import { command } from "../command.ts";

export default command({
  summary: "Displays machine constraints for an application.",
  details: `
Shows what was asked for of the application's own machines. What that does not say is as for the
model, which "model-constraints" shows.
`,
  examples: ["jumar constraints greeter", "jumar constraints greeter --format json"],
  seeAlso: ["set-constraints", "model-constraints", "set-model-constraints", "deploy"],
  positionals: ["[applicationName]"],
  options: {},
  scope: "model",
  formats: ["constraints", "json", "yaml"],

  async run({ applicationName: name }, context) {
    if (name === undefined) throw new UsageError("no application name specified");
    await using connection = await context.connectModel();
    const { constraints } = await connection
      .facade(Application)
      .GetConstraints({ tag: toTag("application", name) });
    await context.show(constraints, () => formatConstraints(constraints));
  },
});
