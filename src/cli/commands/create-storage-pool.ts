/** create-storage-pool: makes a pool that storage can come from. */
import { Storage } from "#contract/storage.ts";
import { command } from "../command.ts";
import { parseKeyValues } from "../key-values.ts";

export default command({
  summary: "Create or define a storage pool.",
  details: `
A pool is a name for a provider with attributes, under which storage can be asked for. The providers
of the local cloud are local, rootfs and tmpfs; they heed no attributes, which are kept for whoever
looks.
`,
  examples: ["jumar create-storage-pool scratch tmpfs"],
  seeAlso: ["storage-pools", "update-storage-pool", "remove-storage-pool"],
  positionals: ["name", "provider", "[attributes...]"],
  usage: "<name> <provider> [<key>=<value> ...]",
  options: {},
  scope: "model",

  async run({ name, provider, attributes }, context) {
    const attrs = parseKeyValues(attributes);
    await using connection = await context.connectModel();
    await connection.facade(Storage).CreatePool({ name, provider, attrs });
  },
});
