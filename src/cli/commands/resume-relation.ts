/** resume-relation: takes back what suspend-relation did. */
import { command } from "../command.ts";
import { parseRelationIds, setSuspended } from "../suspend.ts";

export default command({
  summary: "Resumes a suspended relation to an application.",
  details: `
The units of both applications begin anew in the relation: they run its first hooks again, and what
units had told each other before is forgotten.
`,
  examples: ["jumar resume-relation 7", "jumar resume-relation 7 9"],
  seeAlso: ["suspend-relation", "integrate", "show-unit", "status"],
  positionals: ["[relationIds...]"],
  options: {},
  scope: "model",

  async run({ relationIds }, context) {
    await setSuspended(context, parseRelationIds(relationIds), { suspended: false, message: "" });
  },
});
