/** Serves ModelConfig: a model's settings. */
import { Problem } from "#base/problem.ts";
import { ModelConfig } from "#contract/model-config.ts";
import { modelSettings } from "#domain/model/config.ts";
import * as model from "#domain/model/model.ts";
import { controllerScope } from "#domain/scope.ts";
import { implement } from "../facade.ts";
import type { Session } from "../session.ts";

/** What is known of the model but nobody may set. */
const fixedKeys = ["agent-version", "name", "type", "uuid"];

export default implement(ModelConfig, {
  async ModelGet(session) {
    const uuid = await modelOf(session);
    const [found, own] = await session.services.store.read(uuid, async (tx) => [
      await model.get(tx),
      await model.getOwnSettings(tx),
    ]);
    const { name, agentVersion } = found;
    const fixed = { "agent-version": agentVersion, name, type: "iaas", uuid };
    const settings = Object.entries(modelSettings).map(([key, { default: value }]) => {
      const setting = own[key];
      return setting === undefined
        ? [key, { value, source: "default" }]
        : [key, { value: setting, source: "model" }];
    });
    const known = Object.entries(fixed).map(([key, value]) => [key, { value, source: "model" }]);
    return { config: Object.fromEntries([...settings, ...known]) };
  },

  async ModelSet(session, { config }) {
    refuseFixed(Object.keys(config));
    const uuid = await modelOf(session);
    const set = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
    const unset = Object.keys(config).filter((key) => config[key] === null);
    await session.services.store.write(uuid, (tx) => model.changeSettings(tx, { set, unset }));
  },

  async ModelUnset(session, { keys }) {
    refuseFixed(keys);
    const uuid = await modelOf(session);
    await session.services.store.write(uuid, (tx) => model.changeSettings(tx, { unset: keys }));
  },

  async GetModelConstraints() {
    return { constraints: {} };
  },
});

/** On a connection to the controller, this is about the controller's own model. */
async function modelOf({ modelUuid, services }: Session): Promise<string> {
  if (modelUuid !== undefined) return modelUuid;
  const { uuid } = await services.store.read(controllerScope, model.getController);
  return uuid;
}

function refuseFixed(keys: readonly string[]): void {
  const fixed = keys.find((key) => fixedKeys.includes(key));
  if (fixed) throw new Problem("not valid", `model setting "${fixed}" cannot be changed`);
}
