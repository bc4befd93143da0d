/** show-model: what a model is, who may use it, and what it has. */
import { formatYaml } from "#base/yaml.ts";
import type { ResultOf } from "#contract/facade.ts";
import { ModelManager } from "#contract/model-manager.ts";
import { parseTagOf, toTag } from "#contract/tags.ts";
import { formatAgo } from "../ago.ts";
import { command } from "../command.ts";
import { present } from "../without-empty.ts";

type Info = NonNullable<ResultOf<(typeof ModelManager)["methods"]["ModelInfo"]>["result"]>;

export default command({
  summary: "Shows information about the current or specified model.",
  details: `
Shows where the model is, how it is, who may use it, its machines, and the version of its agents. A
model is written as in --model, which does as well.
`,
  examples: ["jumar show-model", "jumar show-model shop", "jumar show-model shop --format json"],
  seeAlso: ["models", "status", "model-config"],
  positionals: ["[modelName]"],
  options: {},
  scope: "model",
  formats: ["yaml", "json"],

  async run({ modelName }, context) {
    const named = modelName === undefined ? context : context.ofModel(modelName);
    const shown = await named.withModel(async ({ controller, uuid }) => {
      await using connection = await named.of(controller).connectController();
      const { result } = await connection
        .facade(ModelManager)
        .ModelInfo({ tag: toTag("model", uuid) });
      return result && { [result.name]: toShown(result, controller, context.clock.now()) };
    });
    await context.show(shown, () => formatYaml(shown));
  },
});

function toShown(info: Info, controller: string, now: Temporal.Instant) {
  const owner = parseTagOf("user", info["owner-tag"]);
  const { status } = info;
  return {
    ...{ name: `${owner}/${info.name}`, "short-name": info.name },
    ...{ "model-uuid": info.uuid, "model-type": info.type },
    ...{ "controller-uuid": info["controller-uuid"], "controller-name": controller },
    ...{ "is-controller": info["is-controller"], owner },
    ...{ cloud: parseTagOf("cloud", info["cloud-tag"]), region: info["cloud-region"] },
    ...{ type: info["provider-type"], life: info.life },
    status: {
      current: status.status,
      ...present({ message: status.info, since: status.since && formatAgo(status.since, now) }),
    },
    users: Object.fromEntries(info.users.map((user) => [user.user, toUser(user, now)])),
    machines: Object.fromEntries(
      info.machines.map(({ id, hardware }) => [id, { cores: hardware?.cores ?? 0 }]),
    ),
    sla: info.sla.level || "unsupported",
    "agent-version": info["agent-version"],
    ...present({ "supported-features": info["supported-features"] }),
  };
}

function toUser(user: Info["users"][number], now: Temporal.Instant) {
  return {
    ...present({ "display-name": user["display-name"] }),
    access: user.access,
    "last-connection": formatAgo(user["last-connection"], now),
  };
}
