/**
 * A real controller within a test: the real store, the real server on a free port of loopback with
 * its own authority, and users and models of every kind. Only its time is the test's.
 *
 * The model `shop` belongs to anna, who shares it with will and rita; `blog` is nick's. In each,
 * unit `mysql/0` is on machine 0 and `mysql/1` on machine 1. Lola may log in and no more; boss may
 * do everything.
 */
import { once } from "node:events";
import { mkdtempDisposable } from "node:fs/promises";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeAuthority, makeServerCertificate } from "#base/certificates.ts";
import { logTo } from "#base/log.ts";
import { hashPassword } from "#base/password.ts";
import { ManualClock } from "#base/testing.ts";
import { type Connection, connect, type Endpoint } from "#client/connection.ts";
import * as machine from "#domain/machine/machine.ts";
import { controllerScope } from "#domain/scope.ts";
import { deployApp, newModel, runAll } from "#domain/testing.ts";
import * as user from "#domain/user/user.ts";
import type { ControllerConf } from "#release/controller-conf.ts";
import { openRpc, type RpcConnection } from "#rpc/client.ts";
import type { Target } from "#rpc/websocket.ts";
import type { Store } from "#store/store.ts";
import { bootstrap } from "./bootstrap.ts";
import { usualBounds } from "./bounds.ts";
import { Credentials } from "./credentials.ts";
import { Feed } from "./feed.ts";
import { Presence } from "./presence.ts";
import { startServer } from "./server.ts";
import type { Identity, Services } from "./session.ts";
import { keyFile, Vault } from "./vault.ts";

const version = "3.6.100";
export const password = "everybody's secret";
export const controllerUuid = "c0000000-0000-4000-8000-000000000000";
/** The model that the controller itself runs in. */
export const controllerModel = "c0000000-0000-4000-8000-000000000001";
export const shop = "50000000-0000-4000-8000-000000000000";
export const blog = "b0000000-0000-4000-8000-000000000000";
/** A model that does not exist. */
export const nowhere = "00000000-0000-4000-8000-000000000000";

const target = { os: "ubuntu", arch: "amd64" };

/** What the tests wait for takes far less; what takes longer never comes. */
const waitMaxMs = 30_000;

/** The ways to a controller. */
interface Ways {
  readonly address: string;
  readonly caCertificate: string;
  endpoint(model?: string): Endpoint;
  target(model?: string): Target;
  /** Logs in, as in `user-anna` or, to a model, `machine-0`. */
  connect(tag: string, model?: string): Promise<Connection>;
  /** A connection on which nobody has logged in. */
  open(model?: string): Promise<RpcConnection>;
  /** What a machine's agent logs in with. */
  agentPassword(model: string, id: string): Promise<string>;
  request(request: HttpRequest): Promise<HttpAnswer>;
}

export interface TestController extends Ways, AsyncDisposable {
  readonly store: Store;
  readonly services: Services;
  readonly clock: ManualClock;
  readonly logged: readonly string[];
  /** Ends serving, and keeps the store. */
  stop(): Promise<void>;
}

interface HttpRequest {
  readonly method?: string;
  readonly path: string;
  /** As in `user-anna`; nobody otherwise. */
  readonly as?: string;
  readonly password?: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | Uint8Array;
}

interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  json(): unknown;
}

const authority = makeAuthority("test", Temporal.Now.instant());
const certificate = authority.then((ca) =>
  makeServerCertificate(
    ca,
    { hosts: ["juju-apiserver", "localhost"], addresses: ["127.0.0.1"] },
    Temporal.Now.instant(),
  ),
);
const passwordHash = hashPassword(password);

/** Starts a controller on the store, which it owns from then on. */
export async function startTestController(
  open: () => Promise<Store>,
  bounds = usualBounds,
): Promise<TestController> {
  await using started = new AsyncDisposableStack();
  const store = started.use(await open());
  await fill(store);
  const clock = new ManualClock();
  const logged: string[] = [];
  const stop = new AbortController();
  const addresses: string[] = [];
  const services: Services = {
    ...{ store, clock, log: logTo((line) => logged.push(line), clock, "controller") },
    identity: await describeIdentity(addresses),
    feed: new Feed(store, stop.signal),
    credentials: new Credentials(store, "the agents' secret"),
    presence: new Presence(store, clock),
    vault: await openTestVault(started),
  };
  const serving = started.use(new AsyncDisposableStack());
  serving.defer(() => stop.abort());
  const listen = { hosts: ["127.0.0.1"], port: 0, certificate: await certificate };
  const { port } = serving.use(await startServer(services, listen, bounds));
  addresses.push(`127.0.0.1:${port}`);
  const rest = started.move();
  const ways = reach(services, port);
  return {
    ...{ store, services, clock, logged },
    ...ways,
    stop: () => serving.disposeAsync(),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

/** With a key of its own, in a folder that goes with the controller. */
async function openTestVault(stack: AsyncDisposableStack): Promise<Vault> {
  const { path } = stack.use(await mkdtempDisposable(join(tmpdir(), "jumar-vault-")));
  return new Vault({ path: join(path, keyFile), hasSealed: async () => false });
}

function reach({ store, identity, credentials }: Services, port: number): Ways {
  const address = `127.0.0.1:${port}`;
  const { caCertificate } = identity;
  const endpoint = (model?: string) => ({ addresses: [address], caCertificate, model });
  const targetOf = (model?: string) => ({
    ...{ host: "127.0.0.1", port, ca: caCertificate },
    path: model === undefined ? "/api" : `/model/${model}/api`,
  });
  const agentPassword = async (model: string, id: string) =>
    credentials.agentPassword(model, await store.read(model, (tx) => machine.get(tx, id)));
  const passwordOf = async (tag: string, model: string | undefined) =>
    tag.startsWith("machine-") && model !== undefined
      ? agentPassword(model, tag.slice("machine-".length))
      : password;
  return {
    ...{ address, caCertificate, endpoint, agentPassword },
    target: targetOf,
    async connect(tag: string, model?: string) {
      const login = { tag, password: await passwordOf(tag, model), version };
      return connect(endpoint(model), login, AbortSignal.timeout(waitMaxMs));
    },
    open: (model?: string) => openRpc(targetOf(model), AbortSignal.timeout(waitMaxMs)),
    request: (request: HttpRequest) => send({ address, caCertificate }, request),
  };
}

async function describeIdentity(apiAddresses: readonly string[]): Promise<Identity> {
  const { certificate: caCertificate } = await authority;
  return {
    ...{ uuid: controllerUuid, name: "test", version, target, caCertificate, apiAddresses },
    cloud: { name: "local", type: "local", region: "here" },
  };
}

async function fill(store: Store): Promise<void> {
  const now = Temporal.Instant.from("2026-01-01T00:00:00Z");
  const hash = await passwordHash;
  const conf = await describeConf(hash);
  await bootstrap(store, { conf, version, instance: undefined, now });
  const created = now.toString();
  await store.write(controllerScope, async (tx) => {
    for (const name of ["anna", "will", "rita", "lola", "nick"]) {
      await user.add(tx, {
        ...{ name, displayName: "", passwordHash: hash, access: "login", created },
      });
    }
  });
  const place = { cloud: "local", region: "here" };
  await newModel(store, "shop", { uuid: shop, owner: "anna", ...place });
  await newModel(store, "blog", { uuid: blog, owner: "nick", ...place });
  await store.write(shop, async (tx) => {
    await user.grant(tx, { user: "will", access: "write" });
    await user.grant(tx, { user: "rita", access: "read" });
  });
  for (const each of [shop, blog]) {
    const metadata = "provides: {server: mysql}\npeers: {cluster: mysql-ha}";
    await deployApp(store, each, { name: "mysql", units: 2, metadata });
    await runAll(store, each);
  }
}

async function describeConf(hash: string): Promise<ControllerConf> {
  return {
    ...{ uuid: controllerUuid, name: "test", ca: await authority, agentSecret: "" },
    ...{ port: 0, hosts: [], database: "" },
    cloud: { name: "local", type: "local", region: "here", root: "" },
    bootstrap: {
      ...{ user: "boss", passwordHash: hash, model: controllerModel, nonce: "nonce" },
      base: "ubuntu@22.04",
    },
  };
}

async function send(
  { address, caCertificate }: { readonly address: string; readonly caCertificate: string },
  { method = "GET", path, as, password: secret = password, headers = {}, body }: HttpRequest,
): Promise<HttpAnswer> {
  const [host = "", port] = address.split(":");
  const sent = requestHttps({
    ...{ host, port, ca: caCertificate, servername: "juju-apiserver", agent: false, method, path },
    ...{ headers, signal: AbortSignal.timeout(waitMaxMs) },
    ...(as === undefined ? {} : { auth: `${as}:${secret}` }),
  });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const pieces: Buffer[] = [];
  for await (const piece of response as AsyncIterable<Buffer>) pieces.push(piece);
  const received = Buffer.concat(pieces);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: received,
    json: () => JSON.parse(received.toString("utf8")),
  };
}
