/** remove-storage-pool: removes a pool that nothing comes from any more. */
import { Storage } from "#contract/storage.ts";
import { command } from "../command.ts";

export default command({
  summary: "Remove an existing storage pool.",
  details: `
A pool that there is storage of, or that an application would get more from, is refused, and so are
the pools that are always there.
`,
  examples: ["jumar remove-storage-pool scratch"],
  seeAlso: ["storage-pools", "create-storage-pool", "update-storage-pool"],
  positionals: ["name"],
  options: {},
  scope: "model",

  async run({ name }, context) {
    await using connection = await context.connectModel();
    await connection.facade(Storage).RemovePool({ name });
  },
});
