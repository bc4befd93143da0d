/** start-controller: brings a local controller back. */
import { Problem } from "#base/problem.ts";
import { command } from "../command.ts";
import { providerOf } from "../remove-controller.ts";

export default command({
  summary: "Starts a controller on the local cloud again, such as after the host was restarted.",
  details: `
Machines of a local cloud are processes of this host, and end when it goes down. This starts the
controller's own machine; the controller then starts all others. One that runs is left alone.
`,
  examples: ["jumar start-controller demo"],
  seeAlso: ["bootstrap", "controllers", "kill-controller"],
  positionals: ["[controllerName]"],
  options: {},
  scope: "controller",

  async run({ controllerName }, context) {
    const name = controllerName ?? (await context.controllerName());
    const { uuid } = await context.files.controller(name);
    const provider = await providerOf(context, name);
    const record = await context.files.findBootstrap(name);
    const instances = await provider.list(uuid);
    const own = instances.find(({ key }) => key.model === record?.controllerModel);
    if (own === undefined)
      throw new Problem("not found", `controller ${name} has no machine any more`);
    if (own.isRunning) return context.out.note(`Controller "${name}" is running.`);
    await provider.resume(own.id);
    context.out.note(`Started controller "${name}".`);
  },
});
