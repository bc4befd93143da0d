/** whoami: who is logged in where. */
import { Problem } from "#base/problem.ts";
import { command } from "../command.ts";

export default command({
  summary: "Print current login details.",
  details: `
Says which controller and model are selected, and as whom you use them.
`,
  examples: ["jumar whoami", "jumar whoami --format json"],
  seeAlso: ["controllers", "switch"],
  positionals: [],
  options: {},
  scope: "client",
  formats: ["tabular", "json", "yaml"],

  async run(_args, { files, show }) {
    const controller = await files.currentController();
    if (controller === undefined) {
      throw new Problem(
        "not found",
        "There is no current controller.\nRun juju list-controllers to see available controllers.",
      );
    }
    const model = await files.currentModel(controller);
    const user = (await files.findAccount(controller))?.user ?? "";
    const shown = { controller, ...(model ? { model } : {}), user };
    await show(
      shown,
      () =>
        `Controller:  ${controller}\nModel:       ${model ?? "<no-current-model>"}\nUser:        ${user}\n`,
    );
  },
});
