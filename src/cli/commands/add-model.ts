/** add-model: makes a model on the controller. */
import { ModelManager } from "#contract/model-manager.ts";
import { parseTagOf } from "#contract/tags.ts";
import { command, flag, list, text } from "../command.ts";
import { parseKeyValues } from "../key-values.ts";

export default command({
  summary: "Adds a workload model.",
  details: `
The model belongs to you unless --owner names somebody else, which only administrators of the
controller may do. It becomes the current model.
`,
  examples: [
    "jumar add-model shop",
    "jumar add-model shop --config update-status-hook-interval=1m",
  ],
  seeAlso: ["models", "switch", "destroy-model", "model-config"],
  positionals: ["modelName", "[cloud]"],
  options: {
    config: list("Set a model setting, as in key=value"),
    "no-switch": flag("Do not switch to the newly created model"),
    owner: text("The owner of the new model if not the current user"),
  },
  scope: "controller",

  async run({ modelName: name, cloud, config, owner, "no-switch": isNotSwitching }, context) {
    const { out, files } = context;
    const controller = await context.controllerName();
    await using connection = await context.connectController();
    const ownTag = connection.login["user-info"]?.identity ?? "";
    const model = await connection.facade(ModelManager).CreateModel({
      name,
      "owner-tag": owner === undefined ? ownTag : `user-${owner}`,
      "cloud-tag": cloud === undefined ? "" : `cloud-${cloud.split("/")[0]}`,
      config: parseKeyValues(config),
    });
    const ownerName = parseTagOf("user", model["owner-tag"]);
    const full = `${ownerName}/${model.name}`;
    await files.saveModels(
      controller,
      new Map([...(await files.models(controller)), [full, model.uuid]]),
    );
    if (!isNotSwitching) await files.setCurrentModel(controller, full);
    const place = `${parseTagOf("cloud", model["cloud-tag"])}/${model["cloud-region"]}`;
    out.note(`Added '${model.name}' model on ${place} for user '${ownerName}'`);
  },
});
