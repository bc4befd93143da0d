/** update-storage-pool: gives a pool other attributes. */
import { UsageError } from "#base/usage.ts";
import { Storage } from "#contract/storage.ts";
import { command } from "../command.ts";
import { parseKeyValues } from "../key-values.ts";

export default command({
  summary: "Update storage pool attributes.",
  details: `
Replaces all attributes of a pool. Storage that has come from it already stays as it is.
`,
  examples: ["jumar update-storage-pool scratch note=fast"],
  seeAlso: ["storage-pools", "create-storage-pool", "remove-storage-pool"],
  positionals: ["name", "[attributes...]"],
  usage: "<name> [<key>=<value> ...]",
  options: {},
  scope: "model",

  async run({ name, attributes }, context) {
    if (attributes.length === 0) {
      throw new UsageError("pool update requires configuration attributes");
    }
    const attrs = parseKeyValues(attributes);
    await using connection = await context.connectModel();
    await connection.facade(Storage).UpdatePool({ name, provider: "", attrs });
  },
});
