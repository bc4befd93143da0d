/** Serves ModelManager: making, listing, sharing and destroying models. */
import { randomUUID } from "node:crypto";
import { Problem } from "#base/problem.ts";
import { ModelManager } from "#contract/model-manager.ts";
import { parseTagOf } from "#contract/tags.ts";
import type { ModelSettings } from "#domain/model/config.ts";
import * as model from "#domain/model/model.ts";
import { destroyModel } from "#domain/removal/removal.ts";
import { controllerScope } from "#domain/scope.ts";
import * as user from "#domain/user/user.ts";
import { implement } from "../facade.ts";
import { modelDefaultsHandlers, refuseOtherCloud } from "../model-defaults.ts";
import { describeModel, describeModelStatus, describeSummary, listUserModels } from "../models.ts";
import { mannerOf } from "../removal-manner.ts";
import { type Session, userOf } from "../session.ts";

export default implement(ModelManager, {
  async CreateModel(session, { name, "owner-tag": ownerTag, config, "cloud-tag": cloudTag }) {
    const { services } = session;
    const { store, clock, identity } = services;
    refuseOtherCloud(cloudTag, identity.cloud.name);
    const owner = namedUser(session, ownerTag);
    const uuid = randomUUID();
    const { "agent-version": version = identity.version, ...settings } = config;
    if (version !== identity.version) {
      const message = `agent-version "${version}" is not the controller's "${identity.version}"`;
      throw new Problem("not valid", message);
    }
    await store.write(controllerScope, async (tx) => {
      if (!(await user.find(tx, owner))) {
        throw new Problem("not found", `user "${owner}" not found`);
      }
      await model.create(tx, {
        ...{ uuid, name, owner, cloud: identity.cloud.name, region: identity.cloud.region },
        ...{ agentVersion: identity.version, isController: false, created: clock.now().toString() },
        settings: settings as ModelSettings,
      });
    });
    return describeModel(services, uuid);
  },

  async ListModels(session, { tag }) {
    return listUserModels(session.services, namedUser(session, tag));
  },

  async ListModelSummaries(session, { "user-tag": tag, all }) {
    const name = namedUser(session, tag);
    const isAll = all && session.caller.kind === "user" && session.caller.access === "superuser";
    const { store } = session.services;
    const models = await store.read(controllerScope, (tx) =>
      isAll ? model.list(tx) : model.listFor(tx, name),
    );
    const summaries = models.map((each) => describeSummary(session.services, { each, name }));
    return { results: (await Promise.all(summaries)).map((result) => ({ result })) };
  },

  async ModelInfo(session) {
    return { result: await describeModel(session.services, modelOf(session)) };
  },

  async ModelStatus(session) {
    return describeModelStatus(session.services, modelOf(session));
  },

  async DestroyModels(session, { force = false, "max-wait": maxWait, ...rest }) {
    const { store } = session.services;
    const destroysStorage = rest["destroy-storage"];
    const manner = { ...mannerOf(session, { force, maxWait }), destroysStorage };
    await store.write(modelOf(session), (tx) => destroyModel(tx, manner));
    return {};
  },

  ...modelDefaultsHandlers,

  async ModifyModelAccess(session, { "user-tag": tag, action, access }) {
    const level = user.modelAccessLevels.find((each) => each === access);
    if (level === undefined) {
      throw new Problem("not valid", `could not modify model access: invalid access "${access}"`);
    }
    if (action !== "grant" && action !== "revoke") {
      throw new Problem("not valid", `unknown action "${action}"`);
    }
    const change = { user: parseTagOf("user", tag), access: level };
    await session.services.store.write(modelOf(session), (tx) =>
      action === "grant" ? user.grant(tx, change) : user.revoke(tx, change),
    );
    return {};
  },
});

/** The user that is named, or the caller. */
function namedUser(session: Session, tag: string): string {
  return tag === "" ? userOf(session) : parseTagOf("user", tag);
}

/** The model that the call names; access to it has been checked. */
function modelOf({ modelUuid }: Session): string {
  if (modelUuid === undefined) throw new Error("a call about a model has none");
  return modelUuid;
}
