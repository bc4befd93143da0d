/** detach-storage: takes storage from its unit, and keeps it. */
import { UsageError } from "#base/usage.ts";
import { Storage } from "#contract/storage.ts";
import { command, flag } from "../command.ts";
import { toProblem } from "../problem.ts";
import { toStorageTag } from "../storage/directive.ts";
import { forEachStorage } from "../storage/each.ts";

export default command({
  summary: "Detaches storage from units.",
  details: `
The unit's charm hears of it, and when its hook has run, the storage waits for another unit, with the
data in it. Storage that is bound to a machine, as that of rootfs and tmpfs, cannot be detached.
`,
  examples: ["jumar detach-storage data/0", "jumar detach-storage data/0 data/1"],
  seeAlso: ["storage", "attach-storage", "remove-storage"],
  positionals: ["[storageIds...]"],
  usage: "<storage-id> [<storage-id> ...]",
  options: {
    force: flag("Accepted for compatibility; a unit that is lost is removed by force instead"),
    "no-wait": flag("Accepted for compatibility; the command never waits"),
  },
  scope: "model",

  async run({ storageIds }, { connectModel, out }) {
    if (storageIds.length === 0) {
      throw new UsageError("detach-storage requires at least one storage ID");
    }
    const tags = new Map(storageIds.map((id) => [id, toStorageTag(id)]));
    await using connection = await connectModel();
    const facade = connection.facade(Storage);
    await forEachStorage(out, storageIds, {
      ...{ doing: "detaching", what: "detach" },
      async body(id) {
        const ids = [{ "storage-tag": tags.get(id) ?? "", "unit-tag": "" }];
        const { results } = await facade.DetachStorage({ ids: { ids } });
        const { error } = results[0] ?? {};
        if (error) throw toProblem(error as { code?: string; message?: string });
      },
    });
  },
});
