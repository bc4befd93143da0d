/** show-operation: an operation with its tasks. */

import { formatYaml } from "#base/yaml.ts";
import type { WireOperation } from "#contract/action.ts";
import { type Context, command, flag, text } from "../command.ts";
import { toOperationDocument, zoneOf } from "../tasks/document.ts";
import { type ActionFacade, areAllOver, openActions, pauseWhile } from "../tasks/follow.ts";
import { colorOptions, deadlineOf, parseNumber, parseWait, utcOption } from "../tasks/options.ts";

export default command({
  summary: "Show results of an operation.",
  details: `
Shows the operation as it is now; with --wait or --watch, once it is over.
`,
  examples: ["jumar show-operation 1", "jumar show-operation 1 --wait 2m --format json"],
  seeAlso: ["run", "exec", "operations", "show-task"],
  positionals: ["operationId"],
  options: {
    ...colorOptions,
    utc: utcOption,
    wait: text("How long to wait until it is over"),
    watch: flag("Wait until it is over, however long that takes"),
  },
  scope: "model",
  formats: ["yaml", "json"],

  async run({ operationId, utc, wait, watch }, context) {
    const id = parseNumber("operation", operationId);
    const given = wait === undefined ? undefined : parseWait("wait", wait);
    const zone = zoneOf(utc);
    await using connection = await context.connectModel();
    const facade = openActions(connection, context);
    const until = given && deadlineOf(context, given);
    const operation = await find(facade, context, { id, until, isPatient: watch });
    const document = toOperationDocument(operation, zone);
    await context.show(document, () => formatYaml(document));
  },
});

interface Wanted {
  readonly id: string;
  readonly until: Temporal.Instant | undefined;
  readonly isPatient: boolean;
}

async function find(
  facade: ActionFacade,
  context: Context,
  { id, until, isPatient }: Wanted,
): Promise<WireOperation> {
  const look = () => facade.Operations({ tag: `operation-${id}` });
  if (until === undefined && !isPatient) return await look();
  return await pauseWhile(context, isPatient ? undefined : until, {
    look,
    isOver: ({ actions }) => areAllOver(actions),
  });
}
