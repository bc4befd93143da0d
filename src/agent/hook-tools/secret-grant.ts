/** secret-grant: lets the other side of a relation read a secret. */
import { parseSecretId } from "#charm/secret.ts";
import { hookTool, option } from "../hook-tool-kit/hook-tool.ts";
import { getRelation, relationOption } from "../hook-tool-kit/relations.ts";

export default hookTool({
  summary: "Lets an application or a unit read a secret.",
  details: `
All units of the application at the other end of the relation may read it, or only
the one that is named, as long as there is the relation.
`,
  options: {
    relation: relationOption,
    unit: option("The only unit that may read it."),
  },
  positionals: ["id"],
  missing: "missing secret URI",

  async run({ id, relation, unit = "" }, hook) {
    const secret = parseSecretId(id);
    await hook.grantSecret(secret, { relation: getRelation(hook, relation).id, unit });
  },
});
