/** Finds the facade that a call is for, and lets it answer. */
import { Problem } from "#base/problem.ts";
import type { Request } from "#contract/facade.ts";
import type { Implementation } from "./facade.ts";
import action from "./facades/action.ts";
import admin from "./facades/admin.ts";
import allWatcher from "./facades/all-watcher.ts";
import application from "./facades/application.ts";
import charms from "./facades/charms.ts";
import client from "./facades/client.ts";
import controller from "./facades/controller.ts";
import logSink from "./facades/log-sink.ts";
import machineAgent from "./facades/machine-agent.ts";
import machineManager from "./facades/machine-manager.ts";
import metricsDebug from "./facades/metrics-debug.ts";
import modelConfig from "./facades/model-config.ts";
import modelManager from "./facades/model-manager.ts";
import modelUpgrader from "./facades/model-upgrader.ts";
import notifyWatcher from "./facades/notify-watcher.ts";
import payloads from "./facades/payloads.ts";
import pinger from "./facades/pinger.ts";
import resources from "./facades/resources.ts";
import rollouts from "./facades/rollouts.ts";
import secretBackends from "./facades/secret-backends.ts";
import secrets from "./facades/secrets.ts";
import storage from "./facades/storage.ts";
import stringsWatcher from "./facades/strings-watcher.ts";
import unitAgent from "./facades/unit-agent.ts";
import { isInScope } from "./offered.ts";
import type { Session } from "./session.ts";

/** Every facade that is served. */
export const implementations: readonly Implementation[] = [
  action,
  admin,
  allWatcher,
  application,
  charms,
  client,
  controller,
  logSink,
  machineAgent,
  machineManager,
  metricsDebug,
  modelConfig,
  modelManager,
  modelUpgrader,
  notifyWatcher,
  payloads,
  pinger,
  resources,
  rollouts,
  secretBackends,
  secrets,
  storage,
  stringsWatcher,
  unitAgent,
];

const byName = new Map(implementations.map((each) => [each.facade.name, each]));

/**
 * Answers a call. Throws `not implemented` for a facade or version that is not served, and `not
 * supported` for one that another kind of connection serves.
 */
export async function dispatch(session: Session, request: Request): Promise<unknown> {
  const { facade: name, version } = request;
  const found = byName.get(name);
  if (session.caller.kind === "nobody" && name !== admin.facade.name) {
    throw new Problem("unauthorized access", "not logged in");
  }
  if (found === undefined) {
    throw new Problem("not implemented", `unknown facade type "${name}"`);
  }
  if (!found.facade.versions.includes(version)) {
    const message = `unknown version ${version} of facade type "${name}"`;
    throw new Problem("not implemented", message);
  }
  if (!isInScope(session, found.facade)) {
    const kind = session.modelUuid === undefined ? "controller" : "model";
    const message = `facade "${name}" not supported for ${kind} API connection`;
    throw new Problem("not supported", message);
  }
  return found.call(session, request);
}
