/** set-model-constraints: says what the machines of a model must have. */
import { parseConstraints } from "#contract/constraints.ts";
import { ModelConfig } from "#contract/model-config.ts";
import { command } from "../command.ts";
import { warnUnsupported } from "../unsupported.ts";

export default command({
  summary: "Sets machine constraints on a model.",
  details: `
What is given takes the place of all that was asked for before; without anything, nothing is asked
for. It is heeded for machines that are made from now on, where their application does not say
otherwise.
`,
  examples: ["jumar set-model-constraints mem=1G", "jumar set-model-constraints"],
  seeAlso: ["model-constraints", "constraints", "set-constraints"],
  positionals: ["[constraints...]"],
  options: {},
  scope: "model",

  async run({ constraints: words }, context) {
    const constraints = parseConstraints(words);
    await using connection = await context.connectModel();
    const { unsupported } = await connection
      .facade(ModelConfig)
      .SetModelConstraints({ constraints });
    warnUnsupported(context, unsupported);
  },
});
