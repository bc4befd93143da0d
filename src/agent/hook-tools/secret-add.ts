/** secret-add: makes a secret of the unit's or the application's. */
import { UsageError } from "#base/usage.ts";
import { formatSecretUri } from "#charm/secret.ts";
import { hookTool } from "../hook-tool-kit/hook-tool.ts";
import { readSecretChange, secretOptions } from "../hook-tool-kit/secrets.ts";

export default hookTool({
  summary: "Adds a secret, and prints its URI.",
  details: `
A value is given as key=value, as key#base64=value, or as key#file=path for what is
in a file, which nobody sees on a command line. The others may read it once it is
granted to them, and the hook has succeeded. Only the leader adds secrets of the
application.
`,
  options: secretOptions,
  positionals: ["[key=value...]"],
  output: "smart",

  async run({ "key=value": words, owner, ...given }, hook) {
    const { content, ...described } = await readSecretChange(hook, { words, ...given });
    if (content === undefined) throw new UsageError("missing secret value or filename");
    const whose = owner === "unit" ? "unit" : "application";
    return formatSecretUri(await hook.addSecret({ owner: whose, content, ...described }));
  },
});
