/** add-storage: gives a unit more storage. */
import { UsageError } from "#base/usage.ts";
import { Storage } from "#contract/storage.ts";
import { parseTagOf, toTag } from "#contract/tags.ts";
import { command } from "../command.ts";
import { parseDirective } from "../storage/directive.ts";

const unitPattern = /^[a-z][a-z0-9-]*\/\d+$/;

export default command({
  summary: "Adds unit storage dynamically.",
  details: `
Gives a unit that is there more of a store that its charm declares. A directive says from which pool,
how large and how many, as in data=local,10G,2; what it leaves out is as for the application, and
one instance. The charm hears of it when it can be used.
`,
  examples: ["jumar add-storage db/0 data", "jumar add-storage db/0 data=10G cache=tmpfs,512M,2"],
  seeAlso: ["storage", "attach-storage", "detach-storage", "remove-storage"],
  positionals: ["unit", "[directives...]"],
  usage: "<unit> <store>[=<pool>,<size>,<count>] ...",
  options: {},
  scope: "model",

  async run({ unit, directives }, { connectModel, out }) {
    if (!unitPattern.test(unit)) throw new UsageError(`unit name "${unit}" not valid`);
    if (directives.length === 0) {
      throw new UsageError("add-storage requires a unit and a storage directive");
    }
    const wanted = directives.map(parseWord);
    await using connection = await connectModel();
    const facade = connection.facade(Storage);
    for (const { name, storage } of wanted) {
      const { result } = await facade.AddToUnit({ unit: toTag("unit", unit), name, storage });
      for (const tag of result["storage-tags"]) {
        out.note(`added storage ${parseTagOf("storage", tag)} to ${unit}`);
      }
    }
  },
});

function parseWord(word: string) {
  const at = word.indexOf("=");
  if (at < 0) return { name: word, storage: {} };
  return { name: word.slice(0, at), storage: parseDirective(word.slice(at + 1)) };
}
