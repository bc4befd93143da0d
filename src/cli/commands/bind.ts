/** bind: says in which space endpoints are. */
import { UsageError } from "#base/usage.ts";
import { Application } from "#contract/application.ts";
import { toTag } from "#contract/tags.ts";
import { parseBindings } from "../bindings.ts";
import { command, flag } from "../command.ts";

export default command({
  summary: "Change bindings for a deployed application.",
  details: `
Binds endpoints to spaces: endpoint=space, or a space alone for all endpoints that are not named. The
local cloud has one space, alpha, in which everything is; another one is refused.
`,
  examples: ["jumar bind greeter alpha", "jumar bind greeter visits=alpha"],
  seeAlso: ["deploy", "show-application"],
  positionals: ["applicationName", "[bindings...]"],
  options: { force: flag("Accepted for compatibility; there is nothing to force") },
  scope: "model",

  async run({ applicationName, bindings: words }, context) {
    const bindings = parseBindings(words.join(" "));
    if (Object.keys(bindings).length === 0) throw new UsageError("no bindings specified");
    await using connection = await context.connectModel();
    const tag = toTag("application", applicationName);
    await connection.facade(Application).MergeBindings({ "application-tag": tag, bindings });
    for (const [endpoint, space] of Object.entries(bindings)) {
      const named = endpoint === "" ? "" : `: ${endpoint}`;
      context.out.note(`no change to endpoints in space "${space}"${named}`);
    }
  },
});
