/** show-task: what has become of one task. */
import { command, flag, text } from "../command.ts";
import { toTaskDocument, zoneOf } from "../tasks/document.ts";
import { findTask, isOver, openActions, pauseWhile, showPlain } from "../tasks/follow.ts";
import { colorOptions, deadlineOf, parseNumber, parseWait, utcOption } from "../tasks/options.ts";

export default command({
  summary: "Show results of a task by ID.",
  details: `
Shows the task as it is now; with --wait or --watch, once it is over. In the plain format that is what
it has printed and found.
`,
  examples: ["jumar show-task 2", "jumar show-task 2 --wait 2m", "jumar show-task 2 --format yaml"],
  seeAlso: ["run", "exec", "operations", "show-operation", "cancel-task"],
  positionals: ["taskId"],
  options: {
    ...colorOptions,
    utc: utcOption,
    wait: text("How long to wait until it is over"),
    watch: flag("Wait until it is over, however long that takes"),
  },
  scope: "model",
  formats: ["plain", "json", "yaml"],

  async run({ taskId, utc, wait, watch }, context) {
    const id = parseNumber("task", taskId);
    const given = wait === undefined ? undefined : parseWait("wait", wait);
    const zone = zoneOf(utc);
    await using connection = await context.connectModel();
    const facade = openActions(connection, context);
    const look = () => findTask(facade, id);
    const until = given && deadlineOf(context, given);
    const waits = watch || until !== undefined;
    const result = waits
      ? await pauseWhile(context, watch ? undefined : until, { look, isOver })
      : await look();
    await showPlain(context, [result], toTaskDocument(result, zone));
  },
});
