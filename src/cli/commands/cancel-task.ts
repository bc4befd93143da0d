/** cancel-task: has tasks not begin, or end. */

import { UsageError } from "#base/usage.ts";
import { formatYaml } from "#base/yaml.ts";
import type { WireActionResult } from "#contract/action.ts";
import { command } from "../command.ts";
import { receiverOf, toId } from "../tasks/document.ts";
import { findTask, isOver, openActions } from "../tasks/follow.ts";
import { parseNumber } from "../tasks/options.ts";

export default command({
  summary: "Cancel pending or running tasks.",
  details: `
A task that has not begun is cancelled. Of one that runs, the processes are killed: it is aborting, and
then aborted. What it has done until then stays done. A task that is over stays as it is.
`,
  examples: ["jumar cancel-task 2", "jumar cancel-task 2 4 6"],
  seeAlso: ["run", "exec", "operations", "show-task"],
  positionals: ["[taskIds...]"],
  usage: "<task-id> [<task-id> ...]",
  options: {},
  scope: "model",
  formats: ["yaml", "json"],

  async run({ taskIds }, context) {
    if (taskIds.length === 0) throw new UsageError("no task IDs specified");
    const ids = taskIds.map((id) => parseNumber("task", id));
    await using connection = await context.connectModel();
    const facade = openActions(connection, context);
    for (const id of ids) await findTask(facade, id); // nothing changes where one is wrong
    const results: WireActionResult[] = [];
    for (const id of ids) results.push(await facade.Cancel({ tag: `action-${id}` }));
    for (const each of results) {
      const isTooLate = isOver(each) && each.status !== "cancelled";
      const task = toId(each.action?.tag ?? "");
      if (isTooLate) context.out.note(`task ${task} is ${each.status} already`);
    }
    const documents = results.map(toDocument);
    await context.show(documents, () => formatYaml(documents));
  },
});

function toDocument(result: WireActionResult) {
  const { action, status, message = "" } = result;
  return {
    id: toId(action?.tag ?? ""),
    receiver: receiverOf(result),
    status,
    ...(message === "" ? {} : { message }),
  };
}
