/** destroy-model: ends a model and everything in it. */
import { Problem } from "#base/problem.ts";
import { ModelManager } from "#contract/model-manager.ts";
import { toTag } from "#contract/tags.ts";
import { type Context, command, flag, text } from "../command.ts";
import { confirm, promptOptions, storageFateOf, storageOptions } from "../confirm.ts";
import { fullName, refreshModels, splitModel } from "../models.ts";
import { waitUntilGone } from "../wait.ts";

export default command({
  summary: "Terminate all machines and resources for a non-controller model.",
  details: `
All applications of the model run their last hooks and go, then its machines, then the model itself.
The command waits until it is gone. Interrupting it stops the waiting; the model goes on being
destroyed.

A model with storage that outlives units is refused, unless --destroy-storage says that the data goes
too, or --release-storage that it stays where it is.

A unit whose hook fails keeps its model until that hook is resolved, or the unit is removed by force.
With --force what does not go within a minute, or with --no-wait what does not go at once, goes as it
is, without its last hooks; also if the model is being destroyed already.
`,
  examples: ["jumar destroy-model shop", "jumar destroy-model shop --no-prompt"],
  seeAlso: ["models", "remove-application", "destroy-controller"],
  positionals: ["modelName"],
  options: {
    force: flag("Remove everything even if last hooks fail or machines are lost"),
    ...promptOptions,
    ...storageOptions,
    "no-wait": flag("With --force, give no time for last hooks; else, do not wait for the end"),
    timeout: text("Accepted for compatibility; has no effect yet", "t"),
  },
  scope: "controller",

  async run({ modelName, force, "no-prompt": isSure, yes, ...args }, context) {
    const isHasty = args["no-wait"];
    const storage = storageFateOf(args);
    const isNotWaiting = isHasty && !force;
    const maxWait = isHasty && force ? { "max-wait": 0 } : {};
    const { files, out } = context;
    const { controller, name, uuid } = await findModel(context, modelName);
    await using connection = await context.of(controller).connectController();
    const facade = connection.facade(ModelManager);
    await facade.ModelStatus({ tag: toTag("model", uuid) });
    if (!isSure && !yes) {
      const warning = `This command will destroy the "${name}" model and all its resources.`;
      const names = [name, name.slice(name.indexOf("/") + 1), modelName];
      await confirm(context, warning, { what: "model to be destroyed", names });
    }
    await facade.DestroyModels({
      "model-tag": toTag("model", uuid),
      force,
      ...maxWait,
      ...storage,
    });
    out.note("Destroying model");
    context.ifInterrupted(`Model ${name} goes on being destroyed; "jumar models" shows its state.`);
    if (!isNotWaiting) await waitUntilGone(context, connection, [{ controller, name, uuid }]);
    if ((await files.currentModel(controller)) === name)
      await files.setCurrentModel(controller, undefined);
    const left = new Map([...(await files.models(controller))].filter(([each]) => each !== name));
    await files.saveModels(controller, left);
    if (!isNotWaiting) out.note("Model destroyed.");
  },
});

async function findModel(context: Context, text: string) {
  const { controller = await context.controllerName(), model = "" } = splitModel(text);
  const name = await fullName(context.files, controller, model);
  const uuid = (await refreshModels(context, controller)).get(name);
  if (uuid) return { controller, name, uuid };
  throw new Problem("not found", `model ${controller}:${name} not found`);
}
