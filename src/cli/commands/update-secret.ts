/** update-secret: gives a user's secret new content, or describes it anew. */
import { UsageError } from "#base/usage.ts";
import { Secrets } from "#contract/secrets.ts";
import { command, optionalFlag, text } from "../command.ts";
import { readContent, toNamed } from "../secrets.ts";

export default command({
  summary: "Update an existing secret.",
  details: `
New content makes a new revision, of which the applications hear that read the secret; until they ask
for it they go on with theirs. With --auto-prune, revisions go as soon as nobody reads them; with
--auto-prune=false they stay. Values are given as for add-secret.
`,
  examples: [
    "jumar update-secret my-password token=f3c9a21b777",
    "jumar update-secret my-password --name shop-password --info 'of the shop'",
    "jumar update-secret secret:cq7f3sel9q2c73d1v2b0 --auto-prune",
  ],
  seeAlso: ["add-secret", "remove-secret", "show-secret"],
  positionals: ["idOrName", "[keyValues...]"],
  usage: "<id-or-name> [<key>[#base64|#file]=<value> ...]",
  options: {
    "auto-prune": optionalFlag("Whether revisions go as soon as nobody reads them"),
    file: text("A YAML file of keys and values"),
    info: text("What the secret is for"),
    name: text("The new name of the secret"),
  },
  scope: "model",

  async run({ idOrName, keyValues, file, info, name, "auto-prune": isAutoPruned }, context) {
    const data = await readContent(keyValues, file);
    const hasContent = Object.keys(data).length > 0;
    if (!hasContent && isAutoPruned === undefined && info === undefined && name === undefined) {
      throw new UsageError("missing content to update, or what else is to change");
    }
    const { uri, label } = toNamed(idOrName);
    await using connection = await context.connectModel();
    await connection.facade(Secrets).UpdateSecrets({
      ...{ uri, "existing-label": label },
      ...(hasContent ? { content: { data } } : {}),
      ...(info === undefined ? {} : { description: info }),
      ...(name === undefined ? {} : { label: name }),
      ...(isAutoPruned === undefined ? {} : { "auto-prune": isAutoPruned }),
    });
  },
});
