/** integrate: relates two applications. */
import { Application } from "#contract/application.ts";
import { command } from "../command.ts";

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
  options: {},
  scope: "model",

  async run({ application, otherApplication }, context) {
    await using connection = await context.connectModel();
    await connection
      .facade(Application)
      .AddRelation({ endpoints: [application, otherApplication] });
  },
});
