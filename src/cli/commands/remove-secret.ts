/** remove-secret: removes a user's secret, or one revision of it. */
import { Secrets } from "#contract/secrets.ts";
import { command, text } from "../command.ts";
import { parseCount } from "../count.ts";
import { toNamed } from "../secrets.ts";

export default command({
  summary: "Remove an existing secret.",
  details: `
Removes all revisions, or only the one that is named; with its last one the secret is gone. Nobody can
read again what was removed.
`,
  examples: [
    "jumar remove-secret my-password",
    "jumar remove-secret secret:cq7f3sel9q2c73d1v2b0 --revision 2",
  ],
  seeAlso: ["add-secret", "update-secret"],
  positionals: ["idOrName"],
  options: { revision: text("Remove only this revision") },
  scope: "model",

  async run({ idOrName, revision }, context) {
    const which =
      revision === undefined ? undefined : parseCount(revision, { what: "a revision", min: 1 });
    await using connection = await context.connectModel();
    await connection.facade(Secrets).RemoveSecrets({
      ...toNamed(idOrName),
      ...(which === undefined ? {} : { revisions: [which] }),
    });
  },
});
