/** model-constraints: what the machines of a model must have. */
import { formatConstraints } from "#contract/constraints.ts";
import { ModelConfig } from "#contract/model-config.ts";
import { command } from "../command.ts";

export default command({
  summary: "Displays machine constraints for a model.",
  details: `
Shows what the model's machines must have where nobody has said otherwise: for an application with
"set-constraints", or with --constraints of "deploy" and "add-machine".
`,
  examples: ["jumar model-constraints", "jumar model-constraints --format json"],
  seeAlso: ["set-model-constraints", "constraints", "set-constraints", "models"],
  positionals: [],
  options: {},
  scope: "model",
  formats: ["constraints", "json", "yaml"],

  async run(_, context) {
    await using connection = await context.connectModel();
    const { constraints } = await connection.facade(ModelConfig).GetModelConstraints();
    await context.show(constraints, () => formatConstraints(constraints));
  },
});
