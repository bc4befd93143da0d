/** models: the models on a controller. */
import type { Remote } from "#client/remote.ts";
import { ModelManager } from "#contract/model-manager.ts";
import { parseTagOf } from "#contract/tags.ts";
import { command, flag } from "../command.ts";
import { formatTable } from "../table.ts";

export default command({
  summary: "Lists models a user can access on a controller.",
  details: `
The current model has a star.
`,
  examples: ["jumar models", "jumar models --all", "jumar models --format json"],
  seeAlso: ["add-model", "switch", "destroy-model"],
  positionals: [],
  options: { all: flag("List all models, as an administrator of the controller") },
  scope: "controller",
  formats: ["tabular", "json", "yaml"],

  async run({ all }, context) {
    const { files, out } = context;
    const controller = await context.controllerName();
    await using connection = await context.connectController();
    const user = connection.login["user-info"]?.identity ?? "";
    const { results } = await connection
      .facade(ModelManager)
      .ListModelSummaries({ "user-tag": user, all });
    const models = results.flatMap(({ result }) => (result ? [describe(result)] : []));
    await files.saveModels(
      controller,
      new Map(models.map((each) => [each.name, each["model-uuid"]])),
    );
    const current = await files.currentModel(controller);
    const shown = { models, "current-model": current?.split("/")[1] ?? "" };
    await context.show(shown, () => {
      const rows = models.map((model) => [
        `${model["short-name"]}${model.name === current ? "*" : ""}`,
        ...[model.cloud, model.type, model.status.current, `${model.machines}`, model.access],
        model["agent-version"],
      ]);
      const header = ["Model", "Cloud/Region", "Type", "Status", "Machines", "Access", "Version"];
      return `Controller: ${controller}\n\n${formatTable(header, rows)}`;
    });
    if (models.length === 0) out.note('There are no models. You can make one with "add-model".');
  },
});

type Summary = NonNullable<
  Awaited<
    ReturnType<Remote<typeof ModelManager.methods>["ListModelSummaries"]>
  >["results"][number]["result"]
>;

function describe(summary: Summary) {
  const owner = parseTagOf("user", summary["owner-tag"]);
  const machines = summary.counts.find(({ entity }) => entity === "machines")?.count ?? 0;
  return {
    name: `${owner}/${summary.name}`,
    "short-name": summary.name,
    "model-uuid": summary.uuid,
    "model-type": summary.type,
    "controller-uuid": summary["controller-uuid"],
    "is-controller": summary["is-controller"],
    owner,
    cloud: `${parseTagOf("cloud", summary["cloud-tag"])}/${summary["cloud-region"]}`,
    type: summary["provider-type"],
    life: summary.life,
    status: { current: summary.status.status },
    access: summary["user-access"],
    machines,
    "agent-version": summary["agent-version"],
  };
}
