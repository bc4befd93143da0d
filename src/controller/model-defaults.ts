/** Serves what ModelManager says of the settings that new models begin with. */
import { Problem } from "#base/problem.ts";
import type { ModelManager } from "#contract/model-manager.ts";
import { parseTagOf, toTag } from "#contract/tags.ts";
import { defaultSettings, findSetting, type ModelSettings } from "#domain/model/config.ts";
import { changeDefaults, listDefaults, wholeCloud } from "#domain/model/defaults.ts";
import { controllerScope } from "#domain/scope.ts";
import type { Handlers } from "./facade.ts";
import type { Identity, Session } from "./session.ts";

type DefaultsMethods = "ModelDefaultsForClouds" | "SetModelDefaults" | "UnsetModelDefaults";

export const modelDefaultsHandlers: Pick<Handlers<typeof ModelManager.methods>, DefaultsMethods> = {
  async ModelDefaultsForClouds({ services: { store, identity } }, { tag }) {
    refuseOtherCloud(tag, identity.cloud.name);
    const defaults = await store.read(controllerScope, listDefaults);
    const keys = new Set(
      [defaultSettings, ...defaults.values()].flatMap((each) => Object.keys(each)),
    );
    return { config: Object.fromEntries([...keys].map((key) => [key, describe(key, defaults)])) };
  },

  async SetModelDefaults(session, { config: set, ...where }) {
    await change(session, where, { set });
    return {};
  },

  async UnsetModelDefaults(session, { keys: unset, ...where }) {
    await change(session, where, { unset });
    return {};
  },
};

/** Throws `not found`. */
export function refuseOtherCloud(tag: string, name: string): void {
  if (tag === "" || tag === toTag("cloud", name)) return;
  const wanted = parseTagOf("cloud", tag);
  throw new Problem("not found", `cloud "${wanted}" not found, expected "${name}"`);
}

function describe(key: string, defaults: ReadonlyMap<string, ModelSettings>) {
  const own = [...defaults].flatMap(([region, settings]) =>
    Object.hasOwn(settings, key) ? [{ region, value: settings[key] }] : [],
  );
  const whole = own.find(({ region }) => region === wholeCloud);
  const regions = own.filter(({ region }) => region !== wholeCloud);
  const { default: standard, unused } = findSetting(key) ?? {};
  return {
    ...(standard === undefined ? {} : { default: standard }),
    ...(whole === undefined ? {} : { controller: whole.value }),
    ...(regions.length === 0
      ? {}
      : { regions: regions.map(({ region, value }) => ({ "region-name": region, value })) }),
    ...(unused === undefined ? {} : { note: unused }),
  };
}

async function change(
  { services: { store, identity } }: Session,
  where: { readonly "cloud-tag": string; readonly "cloud-region": string },
  to: Parameters<typeof changeDefaults>[2],
): Promise<void> {
  refuseOtherCloud(where["cloud-tag"], identity.cloud.name);
  const region = where["cloud-region"];
  refuseOtherRegion(region, identity);
  await store.write(controllerScope, (tx) => changeDefaults(tx, region, to));
}

function refuseOtherRegion(region: string, { cloud }: Identity): void {
  if (region === wholeCloud || region === cloud.region) return;
  const message = `region "${region}" of cloud "${cloud.name}" not found, expected "${cloud.region}"`;
  throw new Problem("not found", message);
}
