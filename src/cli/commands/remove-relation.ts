/** remove-relation: ends what integrate began. */
import { Application } from "#contract/application.ts";
import { command, flag } from "../command.ts";

export default command({
  summary: "Removes an existing relation between two applications.",
  details: `
The units of both run their last hooks about the relation, and then it is gone.
`,
  examples: ["jumar remove-relation greeter counter"],
  seeAlso: ["integrate", "status"],
  positionals: ["application", "otherApplication"],
  options: { force: flag("Accepted for compatibility; has no effect yet") },
  scope: "model",

  async run({ application, otherApplication }, context) {
    await using connection = await context.connectModel();
    const endpoints = [application, otherApplication];
    await connection.facade(Application).DestroyRelation({ endpoints });
  },
});
