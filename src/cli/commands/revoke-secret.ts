/** revoke-secret: lets applications read a user's secret no more. */
import { Secrets } from "#contract/secrets.ts";
import { command } from "../command.ts";
import { parseApplications, refuseErrors, toNamed } from "../secrets.ts";

export default command({
  summary: "Revoke access to a secret.",
  details: `
The applications may read the secret no more. What they have read already they still know: give the
secret new content, and change whatever it opens.
`,
  examples: [
    "jumar revoke-secret my-password shop",
    "jumar revoke-secret secret:cq7f3sel9q2c73d1v2b0 shop,blog",
  ],
  seeAlso: ["grant-secret", "update-secret"],
  positionals: ["idOrName", "applications"],
  usage: "<id-or-name> <application>[,<application> ...]",
  options: {},
  scope: "model",

  async run({ idOrName, applications }, context) {
    const names = parseApplications(applications);
    await using connection = await context.connectModel();
    const request = { ...toNamed(idOrName), applications: names };
    const { results } = await connection.facade(Secrets).RevokeSecret(request);
    refuseErrors(results);
  },
});
