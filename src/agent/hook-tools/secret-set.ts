/** secret-set: gives a secret new content, or describes it anew. */
import { UsageError } from "#base/usage.ts";
import { parseSecretId } from "#charm/secret.ts";
import { hookTool } from "../hook-tool-kit/hook-tool.ts";
import { readSecretChange, secretOptions } from "../hook-tool-kit/secrets.ts";

export default hookTool({
  summary: "Changes a secret.",
  details: `
New content makes a new revision, of which those who read the secret hear; content
that is the same as before makes none. What is not given stays as it is, and so does
the owner. Values are given as for secret-add.
`,
  options: secretOptions,
  positionals: ["id", "[key=value...]"],
  missing: "missing secret URI",

  async run({ id: uri, "key=value": words, owner: _, ...given }, hook) {
    const id = parseSecretId(uri);
    const change = await readSecretChange(hook, { words, ...given });
    if (Object.values(change).every((each) => each === undefined)) {
      throw new UsageError("at least one attribute to update must be specified");
    }
    await hook.setSecret(id, change);
  },
});
