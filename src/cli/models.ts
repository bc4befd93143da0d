/** Models as people name them, and as the client remembers them. */
import { Problem } from "#base/problem.ts";
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

/** Asks which models the user has on the controller, and remembers them. */
export async function refreshModels(
  means: Means,
  controller: string,
): Promise<ReadonlyMap<string, string>> {
  const { files } = means;
  await using connection = await open(means, controller, undefined);
  const { ModelManager } = await import("#contract/model-manager.ts");
  const user = connection.login["user-info"]?.identity ?? "";
  const { "user-models": listed } = await connection.facade(ModelManager).ListModels({ tag: user });
  const models = new Map(
    listed.map(({ model }) => [
      `${parseTagOf("user", model["owner-tag"])}/${model.name}`,
      model.uuid,
    ]),
  );
  await files.saveModels(controller, models);
  return models;
}
