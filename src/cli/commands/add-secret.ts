/** add-secret: keeps a secret in a model. */
import { UsageError } from "#base/usage.ts";
import { Secrets } from "#contract/secrets.ts";
import { command, text } from "../command.ts";
import { readContent } from "../secrets.ts";

export default command({
  summary: "Add a new secret.",
  details: `
A value is given as key=value, as key#base64=value, or as key#file=path for what is in a file, so that
it stands neither on the command line nor in the shell's history. Applications read the secret once it
is granted to them. Prints the secret's URI, as a setting of type secret takes it.
`,
  examples: [
    "jumar add-secret my-password token=34ae35facd4",
    "jumar add-secret my-key key#file=/path/to/key --info 'the key of the shop'",
    "jumar add-secret my-secret --file secret.yaml",
  ],
  seeAlso: ["grant-secret", "update-secret", "show-secret", "secrets"],
  positionals: ["name", "[keyValues...]"],
  usage: "<name> [<key>[#base64|#file]=<value> ...]",
  options: {
    file: text("A YAML file of keys and values"),
    info: text("What the secret is for"),
  },
  scope: "model",

  async run({ name, keyValues, file, info }, context) {
    if (name === "") throw new UsageError("missing secret name");
    const data = await readContent(keyValues, file);
    if (Object.keys(data).length === 0) throw new UsageError("missing secret value or filename");
    await using connection = await context.connectModel();
    const { uuid } = await context.model();
    const { result } = await connection.facade(Secrets).CreateSecrets({
      "owner-tag": `model-${uuid}`,
      label: name,
      ...(info === undefined ? {} : { description: info }),
      content: { data },
    });
    context.out.print(result);
  },
});
