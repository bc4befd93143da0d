/** destroy-controller: ends a controller. */
import { Problem } from "#base/problem.ts";
import { Controller } from "#contract/controller.ts";
import { parseTagOf } from "#contract/tags.ts";
import { command, flag, type NamedModel, text } from "../command.ts";
import { confirm, promptOptions, storageFateOf, storageOptions } from "../confirm.ts";
import { findControllerModel } from "../controller-model.ts";
import { removeInstances } from "../remove-controller.ts";
import { waitUntilGone } from "../wait.ts";

export default command({
  summary: "Destroys a controller.",
  details: `
A controller that has models is refused, unless --destroy-all-models says to end those first. Then the
controller's own machine goes, and this client forgets it. A controller that cannot be asked any more
is ended with "kill-controller".
`,
  examples: ["jumar destroy-controller demo", "jumar destroy-controller demo --destroy-all-models"],
  seeAlso: ["kill-controller", "destroy-model", "controllers"],
  positionals: ["controllerName"],
  options: {
    "destroy-all-models": flag("Destroy all models in the controller"),
    force: flag("Remove the models at once, without running any last hooks"),
    "model-timeout": text("Accepted for compatibility; has no effect yet"),
    ...promptOptions,
    ...storageOptions,
    "no-wait": flag("Accepted for compatibility; the command always waits"),
  },
  scope: "controller",

  async run(
    { controllerName: name, force, "destroy-all-models": isAll, "no-prompt": isSure, yes, ...args },
    context,
  ) {
    const storage = storageFateOf(args);
    await context.files.controller(name);
    const own = context.of(name);
    await using connection = await own.connectController();
    const facade = connection.facade(Controller);
    const { "user-models": models } = await facade.AllModels();
    const controllerModel = await findControllerModel(connection);
    const hosted = models
      .filter(({ model }) => model.uuid !== controllerModel)
      .map(({ model }) => toNamed(name, model));
    if (hosted.length > 0 && !isAll) {
      const names = hosted.map((model) => model.name);
      const hint = 'destroy them first, or use "--destroy-all-models"';
      throw new Problem(
        "not valid",
        `cannot destroy controller "${name}": it has the models ${names.join(", ")}; ${hint}`,
      );
    }
    if (!isSure && !yes) {
      const warning = `This command will destroy the "${name}" controller and all its resources.`;
      await confirm(context, warning, { what: "controller to be destroyed", names: [name] });
    }
    context.out.note("Destroying controller");
    context.ifInterrupted(
      `Models go on being destroyed; run the command again to remove controller "${name}".`,
    );
    await facade.DestroyController({ "destroy-models": isAll, force, ...storage });
    await waitUntilGone(own, connection, hosted);
    await removeInstances(context, name);
    context.out.note("All models reclaimed, controller machine removed.");
  },
});

interface WireModel {
  readonly name: string;
  readonly uuid: string;
  readonly "owner-tag": string;
}

function toNamed(controller: string, { name, uuid, "owner-tag": tag }: WireModel): NamedModel {
  return { controller, name: `${parseTagOf("user", tag)}/${name}`, uuid };
}
