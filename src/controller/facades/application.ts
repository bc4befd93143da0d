/** Serves Application: deploying, configuring, relating, scaling, upgrading and removing. */
import { Problem } from "#base/problem.ts";
import { formatBase, parseBase } from "#charm/base.ts";
import { Application } from "#contract/application.ts";
import { parseTagOf, toTag } from "#contract/tags.ts";
import * as application from "#domain/application/application.ts";
import { changeBase } from "#domain/application/base.ts";
import { checkBindings } from "#domain/application/bindings.ts";
import { refuseOtherArch } from "#domain/constraints/constraints.ts";
import { addUnits, deploy } from "#domain/deployment/deployment.ts";
import * as leadership from "#domain/leadership/leadership.ts";
import type { Endpoint } from "#domain/relation/endpoints.ts";
import { findRelated, relate } from "#domain/relation/relate.ts";
import * as relation from "#domain/relation/relation.ts";
import { setSuspended } from "#domain/relation/suspend.ts";
import {
  destroyApplication,
  destroyRelation,
  destroyUnit,
  refuseSubordinate,
} from "#domain/removal/removal.ts";
import { upgradeCharm } from "#domain/rollout/upgrade-charm.ts";
import { listFailed, resolve } from "#domain/unit/failed.ts";
import * as unit from "#domain/unit/unit.ts";
import type { ReadTransaction } from "#store/database.ts";
import { constraintsHandlers } from "../application/constraints.ts";
import { describeHandlers } from "../application/describe.ts";
import { exposureHandlers } from "../application/exposure.ts";
import { settingsHandlers } from "../application/settings.ts";
import { attempt, implement } from "../facade.ts";
import { refuseGiven } from "../refuse-given.ts";
import { mannerOf } from "../removal-manner.ts";
import { read, userOf, write } from "../session.ts";
import { tellStorage } from "../storage-details.ts";
import { findUnsupported } from "../unsupported.ts";

export default implement(Application, {
  ...constraintsHandlers,
  ...describeHandlers,
  ...exposureHandlers,
  ...settingsHandlers,

  async Deploy(session, params) {
    refuseGiven({});
    const { "config-yaml": yaml, config: texts, "charm-origin": origin, placement } = params;
    const { "endpoint-bindings": bindings, constraints } = params;
    refuseOtherArch(constraints, session.services.identity.target.arch);
    await write(session, async (tx) => {
      await checkBindings(tx, { charm: params["charm-url"], bindings });
      await deploy(tx, {
        ...{ name: params.application, charm: params["charm-url"], placement },
        ...{ channel: params.channel, units: params["num-units"], settings: { texts, yaml } },
        ...{ storage: params.storage, attachStorage: params["attach-storage"].map(toStorageId) },
        base: origin?.base ? formatBase(origin.base) : "",
        ...{ resources: params.resources, force: params.force, constraints },
        now: session.services.clock.now(),
      });
    });
    return findUnsupported(session, constraints);
  },

  async AddUnits(session, { application: name, "num-units": count, placement, ...rest }) {
    const attachStorage = rest["attach-storage"].map(toStorageId);
    const more = { count, placement, attachStorage, now: session.services.clock.now() };
    const units = await write(session, (tx) => addUnits(tx, name, more));
    return { units };
  },

  async AddRelation(session, { endpoints: names, "via-cidrs": cidrs }) {
    refuseGiven({ "via-cidrs": cidrs });
    const now = session.services.clock.now();
    const { endpoints } = await write(session, (tx) => relate(tx, names, now));
    return {
      endpoints: Object.fromEntries(endpoints.map((each) => [each.application, toWire(each)])),
    };
  },

  async DestroyRelation(session, { endpoints, "relation-id": id, force }) {
    await write(session, async (tx) => {
      const found =
        endpoints.length > 0 ? await findRelated(tx, endpoints) : await relation.get(tx, id);
      await destroyRelation(tx, found, { isForced: force });
    });
  },

  async SetRelationsSuspended(session, { "relation-id": id, suspended: isSuspended, message }) {
    const now = session.services.clock.now();
    await write(session, (tx) => setSuspended(tx, id, { isSuspended, reason: message, now }));
    return {};
  },

  async DestroyApplication(session, { "application-tag": tag, ...rest }) {
    const name = parseTagOf("application", tag);
    const destroysStorage = rest["destroy-storage"];
    const manner = mannerOf(session, { force: rest.force, maxWait: rest["max-wait"] });
    const look = async (tx: ReadTransaction) => {
      const units = await listUnits(tx, name);
      return { units, stored: await tellStorage(tx, units, destroysStorage) };
    };
    const { units, stored } = rest["dry-run"]
      ? await read(session, look)
      : await write(session, async (tx) => {
          const seen = await look(tx);
          await destroyApplication(tx, name, { ...manner, destroysStorage });
          return seen;
        });
    const tags = units.map((each) => ({ tag: toTag("unit", each) }));
    return { info: { "destroyed-units": tags, ...stored } };
  },

  async DestroyUnit(session, { "unit-tag": tag, ...rest }) {
    const name = parseTagOf("unit", tag);
    const destroysStorage = rest["destroy-storage"];
    const manner = mannerOf(session, { force: rest.force, maxWait: rest["max-wait"] });
    const look = async (tx: ReadTransaction) => {
      refuseSubordinate(await unit.get(tx, name));
      return tellStorage(tx, [name], destroysStorage);
    };
    const info = rest["dry-run"]
      ? await read(session, look)
      : await write(session, async (tx) => {
          const seen = await look(tx);
          await destroyUnit(tx, name, { ...manner, destroysStorage });
          return seen;
        });
    return { info };
  },

  async UpdateApplicationBase(session, { tag: { tag }, channel: base, force: isForced }) {
    const name = parseTagOf("application", tag);
    await write(session, (tx) => changeBase(tx, { application: name, base, isForced }));
    return {};
  },

  async SetCharm(session, params) {
    refuseGiven({});
    const { "config-settings": texts, "config-settings-yaml": yaml, force } = params;
    const bindings = params["endpoint-bindings"];
    await write(session, async (tx) => {
      await checkBindings(tx, { charm: params["charm-url"], bindings });
      await upgradeCharm(tx, {
        ...{ application: params.application, charm: params["charm-url"], force },
        ...{ channel: params.channel, settings: { texts, yaml } },
        resources: params["resource-ids"],
        storage: params["storage-constraints"],
        ...{ forceBase: params["force-base"], forceUnits: params["force-units"] },
        ...{ startedBy: userOf(session), now: session.services.clock.now() },
      });
    });
  },

  async GetCharmURLOrigin(session, { application: name }) {
    const { charm: url, base } = await read(session, (tx) => application.get(tx, name));
    const origin = { source: "local", type: "charm", id: "", base: parseBase(base) };
    return { url, "charm-origin": origin };
  },

  async ResolveUnitErrors(session, { all, retry, tags }) {
    const resolved = retry ? "retry" : "no-retry";
    const named = tags.entities.map(({ tag }) => tag);
    const failed = all ? await read(session, listFailed) : [];
    const results: { error?: unknown }[] = [];
    for (const tag of [...named, ...failed.map(({ name }) => toTag("unit", name))]) {
      const one = () => write(session, (tx) => resolve(tx, parseTagOf("unit", tag), resolved));
      results.push((await attempt(session.services.log, one)) ?? {});
    }
    return { results };
  },

  async Leader(session, { tag }) {
    const name = parseTagOf("application", tag);
    const leader = await read(session, (tx) => leadership.findLeader(tx, name));
    if (leader === undefined) throw new Problem("not found", `application "${name}" has no leader`);
    return { result: leader };
  },
});

async function listUnits(tx: ReadTransaction, name: string): Promise<string[]> {
  await application.get(tx, name);
  return (await unit.list(tx, { application: name })).map((each) => each.name);
}

function toStorageId(given: string): string {
  return parseTagOf("storage", given);
}

function toWire({ application: _, ...endpoint }: Endpoint) {
  return endpoint;
}
