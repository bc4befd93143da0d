/** set-constraints: says what an application's machines must have. */

import { UsageError } from "#base/usage.ts";
import { Application } from "#contract/application.ts";
import { parseConstraints } from "#contract/constraints.ts";
import { command } from "../command.ts";
import { warnUnsupported } from "../unsupported.ts";

export default command({
  summary: "Sets machine constraints for an application.",
  details: `
What is given takes the place of all that was asked for before. It is heeded for machines that are
made for the application from now on; those that there are stay as they are.

A local cloud heeds arch, cores, mem and root-disk: its machines have what the host has, and one that
must have more is not started. Other constraints are kept, and change nothing.
`,
  examples: ["jumar set-constraints greeter mem=2G cores=2", "jumar set-constraints greeter mem="],
  seeAlso: ["constraints", "model-constraints", "set-model-constraints"],
  positionals: ["[applicationName]", "[constraints...]"],
  options: {},
  scope: "model",

  async run({ applicationName, constraints: words }, context) {
    if (applicationName === undefined || applicationName.includes("=")) {
      throw new UsageError("no application name specified");
    }
    const constraints = parseConstraints(words);
    await using connection = await context.connectModel();
    const { unsupported } = await connection
      .facade(Application)
      .SetConstraints({ application: applicationName, constraints });
    warnUnsupported(context, unsupported);
  },
});
