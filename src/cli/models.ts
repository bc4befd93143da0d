/** Models as people name them, and as the client remembers them. */
import { Problem } from "#base/problem.ts";
import type { Connection } from "#client/connection.ts";
import type { ClientStore } from "#client/files/store.ts";
import { parseTagOf } from "#contract/tags.ts";
import type { NamedModel } from "./command.ts";
import { type Means, open } from "./connect.ts";

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** As in `shop`, `admin/shop` or `demo:admin/shop`. */
export function splitModel(text: string | undefined): {
  controller?: string;
  model: string | undefined;
} {
  if (text === undefined || text === "") return { model: undefined };
  const colon = text.indexOf(":");
  if (colon < 0) return { model: text };
  const model = text.slice(colon + 1);
  return { controller: text.slice(0, colon), model: model === "" ? undefined : model };
}

/** With its owner: who is logged in, unless it says so itself. */
export async function fullName(
  files: ClientStore,
  controller: string,
  name: string,
): Promise<string> {
  if (name.includes("/")) return name;
  return `${(await files.findAccount(controller))?.user ?? ""}/${name}`;
}

/** Finds the model among those that the client knows, and otherwise asks the controller. */
export async function resolveModel(
  means: Means,
  { controller, asked }: { readonly controller: string; readonly asked: string | undefined },
): Promise<NamedModel> {
  const { files } = means;
  const wanted = asked ?? (await files.currentModel(controller));
  if (wanted === undefined) {
    const hint = 'Please use "switch" to select a model, or "add-model" to make one.';
    throw new Problem("not found", `no model is selected on controller ${controller}.\n\n${hint}`);
  }
  const full = await fullName(files, controller, wanted);
  const matches = ([name, uuid]: readonly [string, string]) => name === full || uuid === wanted;
  const known = [...(await files.models(controller))].find(matches);
  if (known) return { controller, name: known[0], uuid: known[1] };
  const listed = [...(await refreshModels(means, controller))].find(matches);
  if (listed) return { controller, name: listed[0], uuid: listed[1] };
  const name = uuidPattern.test(wanted) ? wanted : full;
  throw new Problem("not found", `model ${controller}:${name} not found`);
}

/**
 * The model of the same name that there is instead of the one that is gone, unless it was asked for
 * by its UUID. Throws `not found`, and what to do.
 */
export async function findAnew(
  means: Means,
  { controller, name, uuid: gone }: NamedModel,
  asked: string | undefined,
): Promise<NamedModel> {
  const uuid = (await refreshModels(means, controller)).get(name);
  if (uuid !== undefined && asked !== gone) return { controller, name, uuid };
  const hint = '"jumar models" lists those that there are, "jumar switch" selects one';
  const message = `model "${name}" has been removed from the controller: ${hint}`;
  throw new Problem("not found", message);
}

/** Asks which models the user may work in, and remembers them: for an administrator, every one. */
export async function refreshModels(
  means: Means,
  controller: string,
): Promise<ReadonlyMap<string, string>> {
  const { files } = means;
  await using connection = await open(means, controller, undefined);
  const { "user-models": listed } = await listModels(connection);
  const models = new Map(
    listed.map(({ model }) => [
      `${parseTagOf("user", model["owner-tag"])}/${model.name}`,
      model.uuid,
    ]),
  );
  await files.saveModels(controller, models);
  return models;
}

async function listModels({ login, facade }: Connection) {
  const user = login["user-info"];
  if (user?.["controller-access"] === "superuser") {
    const { Controller } = await import("#contract/controller.ts");
    return facade(Controller).AllModels();
  }
  const { ModelManager } = await import("#contract/model-manager.ts");
  return facade(ModelManager).ListModels({ tag: user?.identity ?? "" });
}
