/** grant-secret: lets applications read a user's secret. */
import { Secrets } from "#contract/secrets.ts";
import { command } from "../command.ts";
import { parseApplications, refuseErrors, toNamed } from "../secrets.ts";

export default command({
  summary: "Grant access to a secret.",
  details: `
All units of the applications may read the secret from then on, whatever it holds. They hear of it
from whoever gives them its URI, as in a setting of type secret.
`,
  examples: [
    "jumar grant-secret my-password shop",
    "jumar grant-secret secret:cq7f3sel9q2c73d1v2b0 shop,blog",
  ],
  seeAlso: ["revoke-secret", "add-secret", "config"],
  positionals: ["idOrName", "applications"],
  usage: "<id-or-name> <application>[,<application> ...]",
  options: {},
  scope: "model",

  async run({ idOrName, applications }, context) {
    const names = parseApplications(applications);
    await using connection = await context.connectModel();
    const request = { ...toNamed(idOrName), applications: names };
    const { results } = await connection.facade(Secrets).GrantSecret(request);
    refuseErrors(results);
  },
});
