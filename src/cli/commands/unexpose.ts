/** unexpose: takes back what expose did. */
import { Application } from "#contract/application.ts";
import { parseCommaList } from "../comma-list.ts";
import { command, textOr } from "../command.ts";

export default command({
  summary: "Removes public availability over the network for an application.",
  details: `
Closes the ports of the whole application, or of the endpoints that are named, to everybody but the
model's machines.
`,
  examples: ["jumar unexpose greeter", "jumar unexpose greeter --endpoints visits"],
  seeAlso: ["expose", "show-application"],
  positionals: ["applicationName"],
  options: {
    endpoints: textOr("", "Unexpose only the ports of these endpoints, separated by commas"),
  },
  scope: "model",

  async run({ applicationName: application, endpoints }, context) {
    await using connection = await context.connectModel();
    const given = { application, "exposed-endpoints": parseCommaList(endpoints) };
    await connection.facade(Application).Unexpose(given);
  },
});
