/** Ends whatever a controller has on its cloud, and forgets it. */
import { Problem } from "#base/problem.ts";
import type { BootstrapRecord } from "#client/files/store.ts";
import { openLocal } from "#providers/local/local.ts";
import type { Context } from "./command.ts";

/** The controller goes first, for it would start again what it misses; then whatever it has left. */
export async function removeInstances(context: Context, name: string): Promise<void> {
  const { files, out, signal } = context;
  const { uuid } = await files.controller(name);
  const { controllerModel } = await bootstrapOf(context, name);
  const provider = await providerOf(context, name);
  const remove = async (isMeant: (model: string) => boolean) => {
    for (const { id, key } of await provider.list(uuid)) {
      if (!isMeant(key.model)) continue;
      out.progress(`Removing instance ${id}`);
      await provider.stop(id, signal);
    }
  };
  await remove((model) => model === controllerModel);
  await remove(() => true);
  await provider.removeFilesystems(uuid);
  out.settle();
  await files.removeController(name);
}

export async function providerOf(context: Context, name: string) {
  const { root } = await bootstrapOf(context, name);
  return openLocal(root);
}

/** Throws `not found` for a controller that another client has made. */
async function bootstrapOf({ files }: Context, name: string): Promise<BootstrapRecord> {
  const record = await files.findBootstrap(name);
  if (record?.type === "local" && record.root !== "") return record;
  const message = `controller ${name} was not made by this client, so its machines are not known here`;
  throw new Problem("not found", message);
}
