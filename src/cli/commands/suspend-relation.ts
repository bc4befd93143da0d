/** suspend-relation: ends relations for the charms, and keeps them. */
import { command, textOr } from "../command.ts";
import { parseRelationIds, setSuspended } from "../suspend.ts";

export default command({
  summary: "Suspends a relation to an application.",
  details: `
The units of both applications run their last hooks about the relation, as if it were removed; "status"
shows that it is suspended, and the message. "resume-relation" lets them begin anew. The ids of an
application's relations are in what "show-unit" shows.
`,
  examples: [
    "jumar suspend-relation 7",
    'jumar suspend-relation 7 9 --message "the database is being moved"',
  ],
  seeAlso: ["resume-relation", "remove-relation", "show-unit", "status"],
  positionals: ["[relationIds...]"],
  options: { message: textOr("", "The reason for it, which is shown to people") },
  scope: "model",

  async run({ relationIds, message }, context) {
    await setSuspended(context, parseRelationIds(relationIds), { suspended: true, message });
  },
});
