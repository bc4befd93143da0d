/** attach-storage: gives a unit storage that another has left. */
import { UsageError } from "#base/usage.ts";
import { Storage } from "#contract/storage.ts";
import { toTag } from "#contract/tags.ts";
import { command } from "../command.ts";
import { toStorageTag } from "../storage/directive.ts";
import { forEachStorage } from "../storage/each.ts";

const unitPattern = /^[a-z][a-z0-9-]*\/\d+$/;

export default command({
  summary: "Attaches existing storage to a unit.",
  details: `
Gives a unit storage that no unit has, with the data in it. Its charm must declare a store of the same
name, and have room for one more.
`,
  examples: ["jumar attach-storage db/1 data/0"],
  seeAlso: ["storage", "detach-storage", "deploy", "add-unit"],
  positionals: ["unit", "[storageIds...]"],
  usage: "<unit> <storage-id> [<storage-id> ...]",
  options: {},
  scope: "model",

  async run({ unit, storageIds }, { connectModel, out }) {
    if (!unitPattern.test(unit)) throw new UsageError(`unit name "${unit}" not valid`);
    if (storageIds.length === 0) {
      throw new UsageError("attach-storage requires a unit ID and at least one storage ID");
    }
    const tags = new Map(storageIds.map((id) => [id, toStorageTag(id)]));
    await using connection = await connectModel();
    const facade = connection.facade(Storage);
    await forEachStorage(out, storageIds, {
      ...{ doing: "attaching", what: "attach" },
      body: (id) =>
        facade.Attach({ "storage-tag": tags.get(id) ?? "", "unit-tag": toTag("unit", unit) }),
    });
  },
});
