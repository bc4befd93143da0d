/** Ends whatever a controller has on its cloud, and forgets it. */
import { Problem } from "#base/problem.ts";
import { openLocal } from "#providers/local/local.ts";
import type { Context } from "./command.ts";

export async function removeInstances(context: Context, name: string): Promise<void> {
  const { files, out, signal } = context;
  const { uuid } = await files.controller(name);
  const provider = await providerOf(context, name);
  for (const { id } of await provider.list(uuid)) {
    out.progress(`Removing instance ${id}`);
    await provider.stop(id, signal);
  }
  out.settle();
  await files.removeController(name);
}

/** Throws `not found` for a controller that another client has made. */
export async function providerOf({ files }: Context, name: string) {
  const record = await files.findBootstrap(name);
  if (record?.type === "local" && record.root !== "") return openLocal(record.root);
  const message = `controller ${name} was not made by this client, so its machines are not known here`;
  throw new Problem("not found", message);
}
