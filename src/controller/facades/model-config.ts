/** Serves ModelConfig: a model's settings. */
import { Problem } from "#base/problem.ts";
import { ModelConfig } from "#contract/model-config.ts";
import * as constraints from "#domain/constraints/constraints.ts";
import { findSetting } from "#domain/model/config.ts";
import { sourcesOf } from "#domain/model/defaults.ts";
import * as model from "#domain/model/model.ts";
import { controllerScope } from "#domain/scope.ts";
import * as sequence from "#domain/sequence/sequence.ts";
import type { ReadTransaction } from "#store/database.ts";
import { implement } from "../facade.ts";
import type { Session } from "../session.ts";
import { findUnsupported } from "../unsupported.ts";

type Given = Readonly<Record<string, unknown>>;

export default implement(ModelConfig, {
  async ModelGet(session) {
    const uuid = await modelOf(session);
    return session.services.store.read(uuid, async (tx) => {
      const fixed = Object.entries(await describeFixed(tx));
      const own = await model.getOwnSettings(tx);
      const all = await model.getSettings(tx);
      const { region } = await model.get(tx);
      const sourceOf = await sourcesOf(tx, { region, own });
      const settings = Object.entries(all).map(([key, value]) => {
        const note = findSetting(key)?.unused;
        const noted = note === undefined ? {} : { note };
        return [key, { value, source: sourceOf(key), ...noted }] as const;
      });
      const known = fixed.map(([key, value]) => [key, { value, source: "model" }] as const);
      return { config: Object.fromEntries([...settings, ...known]) };
    });
  },

  async ModelSet(session, { config }) {
    const uuid = await modelOf(session);
    await session.services.store.write(uuid, async (tx) => {
      const given = withoutFixed(config, await describeFixed(tx));
      const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
      const unset = Object.keys(given).filter((key) => given[key] === null);
      await model.changeSettings(tx, { set, unset });
    });
  },

  async ModelUnset(session, { keys }) {
    const uuid = await modelOf(session);
    await session.services.store.write(uuid, async (tx) => {
      withoutFixed(Object.fromEntries(keys.map((key) => [key, null])), await describeFixed(tx));
      await model.changeSettings(tx, { unset: keys });
    });
  },

  async Sequences(session) {
    const uuid = await modelOf(session);
    const sequences = await session.services.store.read(uuid, sequence.list);
    return { sequences: Object.fromEntries(sequences) };
  },

  async SLALevel() {
    return { result: "unsupported" };
  },

  async GetModelConstraints(session) {
    const uuid = await modelOf(session);
    const { entities, get } = constraints;
    const own = await session.services.store.read(uuid, (tx) => get(tx, entities.model));
    return { constraints: own };
  },

  async SetModelConstraints(session, { constraints: to }) {
    const uuid = await modelOf(session);
    const { entities, refuseOtherArch, set } = constraints;
    refuseOtherArch(to, session.services.identity.target.arch);
    await session.services.store.write(uuid, (tx) => set(tx, entities.model, to));
    return findUnsupported(session, to);
  },
});

/** On a connection to the controller, this is about the controller's own model. */
async function modelOf({ modelUuid, services }: Session): Promise<string> {
  if (modelUuid !== undefined) return modelUuid;
  const { uuid } = await services.store.read(controllerScope, model.getController);
  return uuid;
}

/** What is known of the model but nobody may set. */
async function describeFixed(tx: ReadTransaction): Promise<Readonly<Record<string, string>>> {
  const { name, uuid, agentVersion } = await model.get(tx);
  return { "agent-version": agentVersion, name, type: "iaas", uuid };
}

/** Saying what is so anyway is no change. Throws `not valid` for one. */
function withoutFixed(given: Given, fixed: Readonly<Record<string, string>>): Given {
  const isFixed = ([key]: [string, unknown]) => Object.hasOwn(fixed, key);
  const [changed] = Object.entries(given).filter(
    ([key, value]) => isFixed([key, value]) && value !== fixed[key],
  );
  if (changed) {
    const [key, value] = changed;
    const [from, to] = [fixed[key], value ?? "its default"].map((each) => JSON.stringify(each));
    throw new Problem("not valid", `cannot change ${key} from ${from} to ${to}`);
  }
  return Object.fromEntries(Object.entries(given).filter((entry) => !isFixed(entry)));
}
