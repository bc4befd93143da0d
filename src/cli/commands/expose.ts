/** expose: lets others than the model's machines reach an application. */
import { Application } from "#contract/application.ts";
import { parseCommaList } from "../comma-list.ts";
import { command, textOr } from "../command.ts";

export default command({
  summary: "Makes an application publicly available over the network.",
  details: `
Opens the ports that the application's units have asked for, for everybody, or for the networks and
spaces that are named. With --endpoints that is so for these endpoints, and others stay as they are.

On the local cloud there is no firewall: whoever reaches this host reaches the ports, exposed or not.
What is said here is kept and shown, and told to whoever asks.
`,
  examples: [
    "jumar expose greeter",
    "jumar expose greeter --to-cidrs 10.0.0.0/24,192.168.1.0/24",
    "jumar expose greeter --endpoints visits --to-spaces alpha",
  ],
  seeAlso: ["unexpose", "show-application", "status"],
  positionals: ["applicationName"],
  options: {
    endpoints: textOr("", "Expose only the ports of these endpoints, separated by commas"),
    "to-cidrs": textOr("", "The networks that may reach the ports, separated by commas"),
    "to-spaces": textOr("", "The spaces that may reach the ports, separated by commas"),
  },
  scope: "model",

  async run({ applicationName: application, endpoints, ...to }, context) {
    const names = parseCommaList(endpoints);
    const exposed = {
      "expose-to-cidrs": parseCommaList(to["to-cidrs"]),
      "expose-to-spaces": parseCommaList(to["to-spaces"]),
    };
    const entries = (names.length > 0 ? names : [""]).map((name) => [name, exposed]);
    await using connection = await context.connectModel();
    await connection
      .facade(Application)
      .Expose({ application, "exposed-endpoints": Object.fromEntries(entries) });
  },
});
