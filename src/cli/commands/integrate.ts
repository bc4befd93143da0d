/** integrate: relates two applications. */
import { Application } from "#contract/application.ts";
import { parseCommaList } from "../comma-list.ts";
import { command, textOr } from "../command.ts";

export default command({
  summary: "Integrate two applications.",
  details: `
Relates two endpoints of the same interface, of which one provides what the other requires. An
endpoint is written application:endpoint; the endpoint's name can be left out where only one pair
fits.
`,
  examples: ["jumar integrate greeter counter", "jumar integrate greeter:visits counter:visits"],
  seeAlso: ["remove-relation", "status"],
  positionals: ["application", "otherApplication"],
  options: { via: textOr("", "Networks to restrict the relation to; cannot be done yet") },
  scope: "model",

  async run({ application, otherApplication, via }, context) {
    const endpoints = [application, otherApplication];
    await using connection = await context.connectModel();
    const cidrs = parseCommaList(via);
    await connection.facade(Application).AddRelation({ endpoints, "via-cidrs": cidrs });
  },
});
