/** version: which version this client is. */
import { currentVersion } from "#release/current.ts";
import { formatBinaryName, thisTarget } from "#release/version.ts";
import { command, flag } from "../command.ts";

export default command({
  summary: "Print the Juju CLI client version.",
  details: `
The first numbers are the line of Juju's API that the client speaks; patch numbers from 100 on are
Jumar's own.
`,
  examples: ["jumar version", "jumar version --all --format json"],
  seeAlso: ["status"],
  positionals: [],
  options: { all: flag("Prints all version information") },
  scope: "client",
  formats: ["smart", "json", "yaml"],

  async run({ all }, { show }) {
    const version = formatBinaryName({ version: currentVersion, ...thisTarget() });
    await show(all ? { version } : version, () => `${version}\n`);
  },
});
