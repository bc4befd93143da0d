/** show-secret: everything that is known of a secret. */
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import { formatYaml } from "#base/yaml.ts";
import { Secrets } from "#contract/secrets.ts";
import { toTag } from "#contract/tags.ts";
import { command, flag, text } from "../command.ts";
import { parseCount } from "../count.ts";
import { toDocument, toNamed, withDeepContent } from "../secrets.ts";

export default command({
  summary: "Shows details for a specific secret.",
  details: `
Shows a secret that charms or users keep. What it holds is shown with --reveal alone, to those who may
administer the model; with --revision that of an earlier revision.
`,
  examples: [
    "jumar show-secret my-password",
    "jumar show-secret secret:cq7f3sel9q2c73d1v2b0 --revisions",
    "jumar show-secret my-password --reveal --revision 2",
  ],
  seeAlso: ["secrets", "add-secret", "update-secret"],
  positionals: ["idOrName"],
  options: {
    reveal: flag("Show what the secret holds"),
    revision: text("Show this revision rather than the latest", "r"),
    revisions: flag("Show all revisions"),
  },
  scope: "model",
  formats: ["yaml", "json"],

  async run({ idOrName, reveal, revision, revisions: hasRevisions }, context) {
    if (hasRevisions && (reveal || revision !== undefined)) {
      throw new UsageError("specify either --revisions, or --reveal and --revision, but not both");
    }
    const { uri, label } = toNamed(idOrName);
    const which = revision === undefined ? 0 : parseCount(revision, { what: "a revision", min: 1 });
    await using connection = await context.connectModel();
    const { uuid } = await context.model();
    const named = uri === "" ? { label, "owner-tag": toTag("model", uuid) } : { uri };
    const filter = { ...named, ...(which > 0 ? { revision: which } : {}) };
    const request = { "show-secrets": reveal, filter };
    const { results } = await connection.facade(Secrets).ListSecrets(request);
    if (results.length === 0) {
      const part = which > 0 ? `revision ${which} of secret` : "secret";
      throw new Problem("not found", `${part} "${idOrName}" not found`);
    }
    const document = toDocument(results, { hasRevisions });
    const shown = context.format === "json" ? withDeepContent(document) : document;
    await context.show(shown, () => formatYaml(document));
  },
});
