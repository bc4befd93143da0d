/** storage: what there is of storage in a model. */
import { UsageError } from "#base/usage.ts";
import { Client } from "#contract/client.ts";
import { command, flag } from "../command.ts";
import { type StorageLists, toStorageDocument } from "../storage/document.ts";
import { filesystemTable, storageTable } from "../storage/tables.ts";
import { formatTable } from "../table.ts";

export default command({
  summary: "Lists storage details.",
  details: `
Shows the storage of the model: which unit has it, where it comes from, and how it is. With
--filesystem, shows the filesystems that it lies in, and where they are. There are no volumes, since
this cloud has no block devices.
`,
  examples: ["jumar storage", "jumar storage --filesystem", "jumar storage --format yaml"],
  seeAlso: ["show-storage", "add-storage", "storage-pools"],
  positionals: [],
  options: {
    filesystem: flag("List filesystem storage"),
    volume: flag("List volume storage"),
  },
  scope: "model",
  formats: ["tabular", "json", "yaml"],

  async run({ filesystem: isOfFilesystems, volume: isOfVolumes }, context) {
    if (isOfFilesystems && isOfVolumes) {
      throw new UsageError("--filesystem and --volume can not be used together");
    }
    await using connection = await context.connectModel();
    const asked = { patterns: [], "include-storage": true };
    const status = await connection.facade(Client).FullStatus(asked);
    const document = toStorageDocument(status as StorageLists, Temporal.Now.timeZoneId());
    if (context.format === "tabular" && (isOfVolumes || document.storage === undefined)) {
      context.out.note("No storage to display.");
      return;
    }
    const { filesystems } = document;
    const only = isOfVolumes ? {} : { ...(filesystems && { filesystems }) };
    const value = isOfFilesystems || isOfVolumes ? only : document;
    const table = isOfFilesystems ? filesystemTable(document) : storageTable(document);
    await context.show(value, () => formatTable(table.columns, table.rows));
  },
});
