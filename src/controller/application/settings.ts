/** Serves what Application says of settings: reading, changing and resetting them. */
import { parseBase } from "#charm/base.ts";
import type { ConfigOptions, Setting } from "#charm/config.ts";
import { trustOption } from "#charm/settings.ts";
import type { Application } from "#contract/application.ts";
import { parseTagOf } from "#contract/tags.ts";
import * as application from "#domain/application/application.ts";
import { bindingsOf } from "#domain/application/bindings.ts";
import { change as changeSettings } from "#domain/application/settings.ts";
import * as charm from "#domain/charm/charm.ts";
import * as constraints from "#domain/constraints/constraints.ts";
import type { ReadTransaction } from "#store/database.ts";
import type { Handlers } from "../facade.ts";
import { read, write } from "../session.ts";

type SettingsMethods =
  | "CharmConfig"
  | "Get"
  | "GetConfig"
  | "SetConfigs"
  | "UnsetApplicationsConfig";

export const settingsHandlers: Pick<Handlers<typeof Application.methods>, SettingsMethods> = {
  async Get(session, { application: name }) {
    return read(session, async (tx) => {
      const found = await application.get(tx, name);
      const { content } = await charm.get(tx, found.charm);
      return {
        ...{ application: name, charm: content.metadata.name, channel: found.channel },
        base: parseBase(found.base),
        config: await describeSettings(tx, name),
        "application-config": { trust: describeTrust(found.isTrusted) },
        constraints: await constraints.get(tx, constraints.entities.application(name)),
        "endpoint-bindings": bindingsOf(content),
      };
    });
  },

  async CharmConfig(session, { application: name }) {
    return { config: await read(session, (tx) => describeSettings(tx, name)) };
  },

  async GetConfig(session, { tag }) {
    const name = parseTagOf("application", tag);
    return { config: await read(session, (tx) => describeSettings(tx, name)) };
  },

  async SetConfigs(session, { application: name, config: texts, "config-yaml": yaml }) {
    const given = { texts, yaml };
    await write(session, (tx) => changeSettings(tx, name, { given, reset: [] }));
    return {};
  },

  async UnsetApplicationsConfig(session, { application: name, options }) {
    const given = { texts: {}, yaml: "" };
    await write(session, (tx) => changeSettings(tx, name, { given, reset: options }));
    return {};
  },
};

async function describeSettings(tx: ReadTransaction, name: string) {
  const { charm: url } = await application.get(tx, name);
  const { content } = await charm.get(tx, url);
  return describe(
    content.config,
    await application.getSettings(tx, { application: name, charm: url }),
  );
}

function describe(options: ConfigOptions, own: Readonly<Record<string, Setting>>) {
  const settings = new Map(Object.entries(own));
  const described = Object.entries(options).map(([key, option]) => {
    const { type, description, default: standard } = option;
    const given = settings.get(key);
    const value = given ?? standard;
    const source = given !== undefined ? "user" : standard === null ? "unset" : "default";
    const known = standard === null ? {} : { default: standard };
    return [key, { type, description, source, ...known, ...(value === null ? {} : { value }) }];
  });
  return Object.fromEntries(described);
}

/** What belongs to every application has other names for its types than what charms offer. */
function describeTrust(value: boolean) {
  const { description, default: standard } = trustOption;
  const source = value === standard ? "default" : "user";
  return { type: "bool", description, source, default: standard, value };
}
