/** storage-add: asks for more storage. */
import { UsageError } from "#base/usage.ts";
import { hookTool } from "../hook-tool-kit/hook-tool.ts";

const countMax = 1000;

export default hookTool({
  summary: "Adds storage instances.",
  details: `
Each argument names a store of the charm's, and how many of it there are to be more,
as in data=2; one when it does not say. Pool and size are those of the application.
The storage comes when the hook has succeeded, and the charm hears of it then.
`,
  options: {},
  positionals: ["[storage...]"],

  async run({ storage }, hook) {
    if (storage.length === 0) throw new UsageError("storage add requires a storage directive");
    await hook.addStorage(storage.map(parse));
  },
});

function parse(word: string): { name: string; count: number } {
  const [name = "", count = "1", ...rest] = word.split("=");
  const isCount = /^[1-9]\d{0,3}$/.test(count) && Number(count) <= countMax;
  if (name === "" || !isCount || rest.length > 0) {
    throw new UsageError(`cannot parse "${word}": expected NAME or NAME=COUNT`);
  }
  return { name, count: Number(count) };
}
