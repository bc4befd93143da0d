/** remove-storage: takes storage out of the model. */
import { UsageError } from "#base/usage.ts";
import { Storage } from "#contract/storage.ts";
import { command, flag } from "../command.ts";
import { toStorageTag } from "../storage/directive.ts";
import { forEachStorage } from "../storage/each.ts";

export default command({
  summary: "Removes storage from the model.",
  details: `
Destroys storage and the data in it. Storage that a unit has must be detached before, unless --force
says to take it from there; the unit's charm hears of it first. With --force the model forgets even
storage that the cloud cannot remove; the controller's log says where what is left of it lies. With
--no-destroy the data stays where it is, and the model forgets it: "jumar storage --filesystem" says
before where that is.
`,
  examples: [
    "jumar remove-storage data/0",
    "jumar remove-storage --force data/0",
    "jumar remove-storage --no-destroy data/0",
  ],
  seeAlso: ["storage", "detach-storage", "add-storage"],
  positionals: ["[storageIds...]"],
  usage: "<storage-id> [<storage-id> ...]",
  options: {
    force: flag("Remove storage even if it is currently attached"),
    "no-destroy": flag("Remove the storage without destroying it"),
    "no-wait": flag("Accepted for compatibility; the command never waits"),
  },
  scope: "model",

  async run({ storageIds, force, "no-destroy": isKept }, { connectModel, out }) {
    if (storageIds.length === 0) {
      throw new UsageError("remove-storage requires at least one storage ID");
    }
    const tags = new Map(storageIds.map((id) => [id, toStorageTag(id)]));
    await using connection = await connectModel();
    const facade = connection.facade(Storage);
    const manner = { "destroy-attachments": force, "destroy-storage": !isKept, force };
    await forEachStorage(out, storageIds, {
      ...{ doing: isKept ? "releasing" : "removing", what: isKept ? "release" : "remove" },
      body: (id) => facade.Remove({ tag: tags.get(id) ?? "", ...manner }),
    });
  },
});
