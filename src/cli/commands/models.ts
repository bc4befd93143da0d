/** models: the models on a controller. */
import type { Remote } from "#client/remote.ts";
import { ModelManager } from "#contract/model-manager.ts";
import { parseTagOf } from "#contract/tags.ts";
import { formatAgo } from "../ago.ts";
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
    const models = results.flatMap(({ result }) =>
      result ? [describe(result, context.clock.now())] : [],
    );
    await files.saveModels(
      controller,
      new Map(models.map((each) => [each.name, each["model-uuid"]])),
    );
    const current = await files.currentModel(controller);
    const shown = { models, "current-model": current?.split("/")[1] ?? "" };
    const messages = models.some(({ status }) => status.message) ? ["Message"] : [];
    await context.show(shown, () => {
      const rows = models.map((model) => [
        `${model["short-name"]}${model.name === current ? "*" : ""}`,
        ...[model.cloud, model.type, model.status.current, `${model.machines}`, model.access],
        ...[model["agent-version"], model["last-connection"]],
        ...messages.map(() => model.status.message ?? ""),
      ]);
      const header = [
        ...["Model", "Cloud/Region", "Type", "Status", "Machines", "Access", "Version"],
        ...["Last connection", ...messages],
      ];
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

function describe(summary: Summary, now: Temporal.Instant) {
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
    status: {
      current: summary.status.status,
      ...(summary.status.info === "" ? {} : { message: summary.status.info }),
    },
    "last-connection": formatAgo(summary["last-connection"], now),
    access: summary["user-access"],
    machines,
    "agent-version": summary["agent-version"],
  };
}
