/** trust: lets an application's charm use the credentials of the model's cloud. */
import { Problem } from "#base/problem.ts";
import { Application } from "#contract/application.ts";
import { command, flag, text } from "../command.ts";

export default command({
  summary: "Sets the trust status of a deployed application to true.",
  details: `
The charm of a trusted application may ask for the cloud that the model is in, and for the credential
that it is used with ("credential-get"). Its units run "config-changed" when they are trusted, and
when they are not any more.
`,
  examples: ["jumar trust greeter", "jumar trust greeter --remove"],
  seeAlso: ["config", "deploy"],
  positionals: ["applicationName"],
  options: {
    remove: flag("Remove trusted access from a trusted application"),
    scope: text("Accepted for compatibility; only charms in containers of a cluster need it"),
  },
  scope: "model",

  async run({ applicationName: application, remove, scope = "cluster" }, context) {
    if (scope !== "cluster") throw new Problem("not valid", `scope "${scope}" not valid`);
    await using connection = await context.connectModel();
    const config = { trust: String(!remove) };
    await connection.facade(Application).SetConfigs({ application, config });
  },
});
