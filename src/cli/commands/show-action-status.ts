/** show-action-status: the statuses of tasks, as in Juju 2. */
import { formatYaml } from "#base/yaml.ts";
import type { WireActionResult } from "#contract/action.ts";
import { command } from "../command.ts";
import { toId, toTaskDocument, zoneOf } from "../tasks/document.ts";
import { type ActionFacade, findTask, openActions } from "../tasks/follow.ts";
import { parseNumber, utcOption } from "../tasks/options.ts";

export default command({
  summary: "Show the statuses of actions, as in Juju 2.",
  details: `
Of one task, or of those of the latest operations. See operations for more.
`,
  examples: ["jumar show-action-status", "jumar show-action-status 2"],
  seeAlso: ["operations", "show-task"],
  positionals: ["[taskId]"],
  options: { utc: utcOption },
  scope: "model",
  formats: ["yaml", "json"],

  async run({ taskId, utc }, context) {
    const id = taskId === undefined ? undefined : parseNumber("task", taskId);
    const zone = zoneOf(utc);
    await using connection = await context.connectModel();
    const facade = openActions(connection, context);
    const tasks = id === undefined ? await listLatest(facade) : [await findTask(facade, id)];
    const document = { actions: tasks.map((each) => toEntry(each, zone)) };
    await context.show(document, () => formatYaml(document));
  },
});

async function listLatest(facade: ActionFacade): Promise<readonly WireActionResult[]> {
  const { results } = await facade.ListOperations({});
  return results.toReversed().flatMap(({ actions }) => actions);
}

function toEntry(result: WireActionResult, zone: string) {
  const { results: _, log: __, timing, ...document } = toTaskDocument(result, zone);
  const { completed = "n/a" } = timing as { readonly completed?: string };
  const { name = "" } = result.action ?? {};
  return {
    action: name,
    "completed at": completed,
    ...document,
    id: toId(result.action?.tag ?? ""),
  };
}
