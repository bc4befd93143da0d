/** secret-revoke: takes back what was granted of a secret. */
import { parseSecretId } from "#charm/secret.ts";
import { hookTool, option } from "../hook-tool-kit/hook-tool.ts";
import {
  findHookRelation,
  formatRelationId,
  getRelation,
  relationOption,
} from "../hook-tool-kit/relations.ts";

export default hookTool({
  summary: "Lets an application or a unit read a secret no more.",
  details: `
It takes back what was granted for a relation, or to an application or a unit,
whatever it was granted for. In a relation's hook, that is the one that it is about
unless something else is said.
`,
  options: {
    app: option("The application that is to read it no more."),
    relation: { ...relationOption, default: () => "" },
    unit: option("The unit that is to read it no more."),
  },
  positionals: ["id"],
  missing: "missing secret URI",

  async run({ id, app: application = "", relation, unit = "" }, hook) {
    const secret = parseSecretId(id);
    const isNamed = application !== "" || unit !== "";
    const own = findHookRelation(hook);
    const text = relation || (own && !isNamed ? formatRelationId(own) : "");
    const of = isNamed && text === "" ? undefined : getRelation(hook, text).id;
    await hook.revokeSecret(secret, { relation: of, application, unit });
  },
});
