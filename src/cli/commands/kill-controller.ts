/** kill-controller: ends a controller without asking it. */
import { command, text } from "../command.ts";
import { confirm, promptOptions } from "../confirm.ts";
import { removeInstances } from "../remove-controller.ts";

export default command({
  summary: "Forcibly terminate all machines and other associated resources for a Juju controller.",
  details: `
For a controller that does not answer, or that was never finished. Everything that it has on its cloud
ends at once, without any last hooks. Use "destroy-controller" wherever the controller answers.
`,
  examples: ["jumar kill-controller demo"],
  seeAlso: ["destroy-controller", "start-controller"],
  positionals: ["controllerName"],
  options: {
    ...promptOptions,
    timeout: text("Accepted for compatibility; has no effect", "t"),
  },
  scope: "controller",

  async run({ controllerName: name, "no-prompt": isSure, yes }, context) {
    await context.files.controller(name);
    const warning = `This command will end controller "${name}" and all its machines, without any last hooks.`;
    const named = { what: "controller to be killed", names: [name] };
    if (!isSure && !yes) await confirm(context, warning, named);
    context.ifInterrupted("Run the command again to remove what is left.");
    await removeInstances(context, name);
    context.out.note(`Controller "${name}" is gone.`);
  },
});
