/** show-storage: what there is to know of single storage instances. */
import { UsageError } from "#base/usage.ts";
import { Storage } from "#contract/storage.ts";
import { command } from "../command.ts";
import { toStorageTag } from "../storage/directive.ts";
import { type StorageEntry, toStorageEntry } from "../storage/document.ts";

export default command({
  summary: "Shows storage instance information.",
  details: `
Shows where each storage is, which unit has it, and how it is.
`,
  examples: ["jumar show-storage data/0", "jumar show-storage data/0 data/1 --format json"],
  seeAlso: ["storage", "attach-storage", "detach-storage"],
  positionals: ["[storageIds...]"],
  usage: "<storage-id> [<storage-id> ...]",
  options: {},
  scope: "model",
  formats: ["yaml", "json"],

  async run({ storageIds }, context) {
    if (storageIds.length === 0) throw new UsageError("must specify storage id(s)");
    const tags = storageIds.map(toStorageTag);
    await using connection = await context.connectModel();
    const facade = connection.facade(Storage);
    const shown: Record<string, StorageEntry> = {};
    for (const tag of tags) {
      const { result } = await facade.StorageDetails({ tag });
      const [id, entry] = toStorageEntry(result, Temporal.Now.timeZoneId());
      shown[id] = entry;
    }
    await context.show(shown, () => "");
  },
});
