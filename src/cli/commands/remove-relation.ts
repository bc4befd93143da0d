/** remove-relation: ends what integrate began. */
import { UsageError } from "#base/usage.ts";
import { Application } from "#contract/application.ts";
import { command, flag } from "../command.ts";
import { parseRelationId } from "../suspend.ts";

export default command({
  summary: "Removes an existing relation between two applications.",
  details: `
The relation is named by its two applications, or endpoints, or by its id. The units of both run their
last hooks about the relation, and then it is gone. With --force it is gone at once, for a unit that
is lost or whose hook fails; those that can still run their last hooks about it.
`,
  examples: [
    "jumar remove-relation greeter counter",
    "jumar remove-relation greeter:visits counter",
    "jumar remove-relation 7",
  ],
  seeAlso: ["integrate", "suspend-relation", "status"],
  positionals: ["[endpoints...]"],
  options: {
    force: flag("Remove the relation at once, without waiting for anybody"),
    "no-wait": flag("Accepted for compatibility; the command never waits"),
  },
  scope: "model",

  async run({ endpoints, force }, context) {
    const named = parseNamed(endpoints);
    await using connection = await context.connectModel();
    await connection.facade(Application).DestroyRelation({ ...named, force });
  },
});

function parseNamed(words: readonly string[]) {
  const [first = "", ...rest] = words;
  const id = rest.length === 0 ? parseRelationId(first) : undefined;
  if (id !== undefined) return { "relation-id": id };
  if (words.length === 2) return { endpoints: words };
  throw new UsageError("a relation must involve two applications");
}
