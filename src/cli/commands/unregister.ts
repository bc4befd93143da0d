/** unregister: forgets a controller, which goes on. */
import { command } from "../command.ts";
import { confirm, promptOptions } from "../confirm.ts";

export default command({
  summary: "Unregisters a Juju controller.",
  details: `
This client forgets the controller, and how to log in to it. The controller itself, its models and
its machines go on. To end them, use "destroy-controller" or "kill-controller" instead: what was made
by this client can be found by no other one.
`,
  examples: ["jumar unregister demo"],
  seeAlso: ["controllers", "destroy-controller", "kill-controller"],
  positionals: ["controllerName"],
  options: promptOptions,
  scope: "client",

  async run({ controllerName: name, "no-prompt": isSure, yes }, context) {
    const { files, out } = context;
    await files.controller(name);
    const warning = `This command will remove connection information for controller "${name}". It goes on, but this client will not know how to reach it.`;
    const named = { what: "controller to be unregistered", names: [name] };
    if (!isSure && !yes) await confirm(context, warning, named);
    await files.removeController(name);
    out.note(`Controller "${name}" is forgotten.`);
  },
});
