/** set-application-base: says which operating system an application's future units are to have. */
import { Application } from "#contract/application.ts";
import { toTag } from "#contract/tags.ts";
import { command, flag } from "../command.ts";

export default command({
  summary: "Set an application's base.",
  details: `
Machines that come for new units of the application have the base from now on; units that there are
stay as they are. Subordinates of the application get the base as well. Their charms must all support
it, unless --force is given.

Do that after "upgrade-machine" has been run for the machines of all its units, and run "refresh"
before "add-unit" if the charm for the new base is another one.
`,
  examples: ["jumar set-application-base greeter ubuntu@24.04"],
  seeAlso: ["status", "refresh", "upgrade-machine"],
  positionals: ["application", "base"],
  options: { force: flag("Set the base even if a charm does not support it") },
  scope: "model",

  async run({ application, base, force }, context) {
    const tag = { tag: toTag("application", application) };
    await using connection = await context.connectModel();
    await connection.facade(Application).UpdateApplicationBase({ tag, channel: base, force });
  },
});
