/** destroy-model: ends a model and everything in it. */
import { isProblem, Problem } from "#base/problem.ts";
import type { Connection } from "#client/connection.ts";
import { ModelManager } from "#contract/model-manager.ts";
import { toTag } from "#contract/tags.ts";
import { type Context, command, flag, text } from "../command.ts";
import { confirm } from "../confirm.ts";
import { refreshModels } from "../context.ts";
import { waitWhile } from "../wait.ts";

export default command({
  summary: "Terminate all machines and resources for a non-controller model.",
  details: `
All applications of the model run their last hooks and go, then its machines, then the model itself.
The command waits until it is gone. Interrupting it stops the waiting; the model goes on being
destroyed.
`,
  examples: ["jumar destroy-model shop", "jumar destroy-model shop --no-prompt"],
  seeAlso: ["models", "remove-application", "destroy-controller"],
  positionals: ["modelName"],
  options: {
    "destroy-storage": flag("Accepted for compatibility; there is no storage yet"),
    force: flag("Accepted for compatibility; has no effect yet"),
    "no-prompt": flag("Do not ask for confirmation"),
    "no-wait": flag("Do not wait until the model is gone"),
    "release-storage": flag("Accepted for compatibility; there is no storage yet"),
    timeout: text("Accepted for compatibility; has no effect yet", "t"),
    yes: flag("The same as --no-prompt", "y"),
  },
  scope: "controller",

  async run({ modelName, "no-prompt": isSure, yes, "no-wait": isNotWaiting }, context) {
    const { files, out } = context;
    const { controller, name, uuid } = await findModel(context, modelName);
    await using connection = await context.connectController();
    const facade = connection.facade(ModelManager);
    await facade.ModelStatus({ tag: toTag("model", uuid) });
    if (!isSure && !yes)
      await confirm(
        context,
        `This command will destroy the "${name}" model and all its resources.`,
      );
    await facade.DestroyModels({ "model-tag": toTag("model", uuid) });
    out.note("Destroying model");
    context.ifInterrupted(`Model ${name} goes on being destroyed; "jumar models" shows its state.`);
    if (!isNotWaiting) await waitUntilGone(context, connection, [uuid]);
    if ((await files.currentModel(controller)) === name)
      await files.setCurrentModel(controller, undefined);
    const left = new Map([...(await files.models(controller))].filter(([each]) => each !== name));
    await files.saveModels(controller, left);
    if (!isNotWaiting) out.note("Model destroyed.");
  },
});

async function findModel(context: Context, text: string) {
  const [first = "", second] = text.split(":", 2);
  const controller = second === undefined ? await context.controllerName() : first;
  const wanted = second ?? first;
  const account = await context.files.findAccount(controller);
  const name = wanted.includes("/") ? wanted : `${account?.user ?? ""}/${wanted}`;
  const uuid = (await refreshModels(context, controller)).get(name);
  if (uuid) return { controller, name, uuid };
  throw new Problem("not found", `model ${controller}:${name} not found`);
}

/** Says what is left of the models until nothing is. */
export async function waitUntilGone(
  context: Context,
  connection: Connection,
  uuids: readonly string[],
): Promise<void> {
  const facade = connection.facade(ModelManager, context.signal);
  await waitWhile(context, async () => {
    const left = await Promise.all(uuids.map((uuid) => statusOf(facade, uuid)));
    const present = left.filter((each) => each !== undefined);
    if (present.length === 0) return undefined;
    const sum = (key: keyof (typeof present)[number]) =>
      present.reduce((total, each) => total + Number(each[key]), 0);
    const [machines, applications] = [sum("hosted-machine-count"), sum("application-count")];
    return `Waiting for ${machines} machine(s) and ${applications} application(s) to go ...`;
  });
}

async function statusOf(
  facade: import("#client/remote.ts").Remote<typeof ModelManager.methods>,
  uuid: string,
) {
  try {
    return await facade.ModelStatus({ tag: toTag("model", uuid) });
  } catch (error) {
    if (isProblem(error, "not found") || isProblem(error, "model not found")) return undefined;
    throw error;
  }
}
