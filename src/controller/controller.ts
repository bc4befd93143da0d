/**
 * The controller: opens the store, serves the API, and runs the workers.
 *
 * Its parts are started in the order in which they need each other, and stopped the other way
 * round.
 */
import { join } from "node:path";
import { type KeyPair, makeServerCertificate } from "#base/certificates.ts";
import type { Clock } from "#base/clock.ts";
import type { Log } from "#base/log.ts";
import { messageOf, Problem } from "#base/problem.ts";
import * as machine from "#domain/machine/machine.ts";
import * as model from "#domain/model/model.ts";
import { migrations } from "#domain/schema.ts";
import { controllerScope } from "#domain/scope.ts";
import { hasSealed } from "#domain/secret/revision.ts";
import { openLocal } from "#providers/local/local.ts";
import type { Provider } from "#providers/provider.ts";
import type { ControllerConf } from "#release/controller-conf.ts";
import { thisTarget } from "#release/version.ts";
import { openPostgres } from "#store/postgres.ts";
import { openSqlite } from "#store/sqlite.ts";
import { Store } from "#store/store.ts";
import { bootstrap } from "./bootstrap.ts";
import { Credentials } from "./credentials.ts";
import { Feed } from "./feed.ts";
import { runWorkers } from "./model-workers.ts";
import { Presence } from "./presence.ts";
import { startServer } from "./server.ts";
import type { Identity, Services } from "./session.ts";
import { keyFile, Vault } from "./vault.ts";

/** Clients expect the first of these in the certificate, whatever a controller's addresses are. */
const serverNames = ["juju-apiserver", "juju-mongodb", "localhost"];

export interface Setting {
  readonly conf: ControllerConf;
  /** Where the embedded database lies. */
  readonly folder: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Runs until it is disposed of. */
export async function startController(setting: Setting): Promise<AsyncDisposable> {
  const { conf, version, clock, log } = setting;
  await using started = new AsyncDisposableStack();
  const store = started.use(await Store.open(openEngine(setting), migrations));
  const provider = openProvider(conf);
  const instances = await provider.list(conf.uuid);
  const instance = instances.find(({ key }) => key.model === conf.bootstrap.model);
  await bootstrap(store, { conf, version, instance, now: clock.now() });
  await forgetConnections(store, clock.now());
  const vault = openVault(store, setting);
  await vault.ready().catch((error: unknown) => log.write("ERROR", messageOf(error)));
  const stop = new AbortController();
  started.defer(() => stop.abort());
  const services: Services = {
    ...{ store, clock, log, identity: toIdentity(conf, version) },
    feed: new Feed(store, stop.signal),
    credentials: new Credentials(store, conf.agentSecret),
    presence: new Presence(store, clock),
    vault,
  };
  const working = runWorkers({ services, provider, log: log.of("worker") }, stop.signal);
  started.defer(() => working);
  started.defer(() => stop.abort());
  const { hosts, port } = conf;
  const certificate = await certify(conf, clock.now());
  started.use(await startServer(services, { hosts, port, certificate }));
  log.write("INFO", `controller ${conf.name} ${version} serves ${services.identity.apiAddresses}`);
  return started.move();
}

function openVault(store: Store, { folder }: Setting): Vault {
  return new Vault({
    path: join(folder, keyFile),
    hasSealed: () => store.read(controllerScope, hasSealed),
  });
}

function openEngine({ conf, folder, clock }: Setting) {
  if (conf.database === "") return openSqlite(join(folder, "jumar.db"));
  return openPostgres(conf.database, clock);
}

/** Throws `not supported` for a cloud that this version does not know of. */
function openProvider({ cloud }: ControllerConf): Provider {
  if (cloud.type === "local") return openLocal(cloud.root);
  throw new Problem("not supported", `there is no cloud of type "${cloud.type}"`);
}

/** Nobody is connected yet, whatever it was when this controller was here last. */
async function forgetConnections(store: Store, now: Temporal.Instant): Promise<void> {
  for (const { uuid } of await store.read(controllerScope, model.list)) {
    await store.write(uuid, (tx) => machine.setAllDisconnected(tx, now));
  }
}

function toIdentity(
  { uuid, name, ca, hosts, port, cloud }: ControllerConf,
  version: string,
): Identity {
  return {
    ...{ uuid, name, version, target: thisTarget() },
    caCertificate: ca.certificate,
    apiAddresses: hosts.map((host) => `${host}:${port}`),
    cloud: { name: cloud.name, type: cloud.type, region: cloud.region },
  };
}

function certify({ ca, hosts }: ControllerConf, now: Temporal.Instant): Promise<KeyPair> {
  return makeServerCertificate(ca, { hosts: serverNames, addresses: hosts }, now);
}
