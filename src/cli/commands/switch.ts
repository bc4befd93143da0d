/** switch: selects a controller and a model. */
import { Problem } from "#base/problem.ts";
import type { ClientStore } from "#client/files/store.ts";
import { type Context, command } from "../command.ts";
import { fullName, refreshModels } from "../models.ts";

export default command({
  summary: "Selects or identifies the current controller and model.",
  details: `
Without a name, says what is selected. A name is that of a controller, with a colon after it if there
is a model of that name too, or that of a model on the current controller, or both as in demo:shop.
`,
  examples: ["jumar switch", "jumar switch shop", "jumar switch demo:shop"],
  seeAlso: ["controllers", "models"],
  positionals: ["[name]"],
  options: {},
  scope: "client",

  async run({ name }, context) {
    const { files, out } = context;
    const before = await describeSelection(files);
    if (name === undefined) {
      if (before === "") throw new Problem("not found", "no controller is selected: use bootstrap");
      return out.print(before);
    }
    const controllers = await files.listControllers();
    const [first = "", model] = name.split(":", 2);
    const isController = controllers.includes(first) && (model !== undefined || name === first);
    const current = await files.currentController();
    const controller = isController ? first : (current ?? "");
    await files.controller(controller);
    const wanted = isController ? model : name;
    if (wanted)
      await files.setCurrentModel(controller, await findModel(context, controller, wanted));
    await files.setCurrentController(controller);
    const after = await describeSelection(files);
    out.note(before === after ? `${after} (no change)` : `${before} -> ${after}`);
  },
});

async function findModel(context: Context, controller: string, wanted: string): Promise<string> {
  const full = await fullName(context.files, controller, wanted);
  const models = await refreshModels(context, controller);
  if (models.has(full)) return full;
  throw new Problem(
    "not found",
    `cannot determine if "${wanted}" is a valid model: not found on ${controller}`,
  );
}

async function describeSelection(files: ClientStore): Promise<string> {
  const controller = await files.currentController();
  if (controller === undefined) return "";
  return `${controller}:${(await files.currentModel(controller)) ?? ""}`;
}
