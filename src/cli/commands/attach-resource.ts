/** attach-resource: gives an application another file for one of its resources. */
import { UsageError } from "#base/usage.ts";
import { command } from "../command.ts";
import { checkAttached, parseResources, uploadResource } from "../resources.ts";

export default command({
  summary: "Update a resource for an application.",
  details: `
Uploads a file for one of the resources that the application's charm declares. Its units then run
"upgrade-charm", in which they find the new file; "rollouts" shows how far that has come. The file's
extension must be the one that the charm expects.
`,
  examples: ["jumar attach-resource greeter texts=./texts.txt"],
  seeAlso: ["resources", "deploy", "refresh", "rollouts"],
  positionals: ["[application]", "[resource]"],
  usage: "<application> <resource>=<file>",
  options: {},
  scope: "model",

  async run({ application, resource }, context) {
    if (application === undefined) throw new UsageError("missing application name");
    if (resource === undefined) throw new UsageError("no resource specified");
    const [[name, file] = ["", ""]] = Object.entries(parseResources([resource]));
    await using connection = await context.connectModel();
    const model = await context.model();
    const target = { application, model, connection };
    await checkAttached(target, { name, file });
    await uploadResource(context, { name, file, pendingId: "" }, target);
  },
});
