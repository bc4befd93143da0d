/**
 * Connections to a controller: one that answers is found, and somebody is logged in.
 *
 * What a call needs is loaded while the handshake is under way, since a command waits for both.
 */
import { isProblem, Problem } from "#base/problem.ts";
import type { Admin } from "#contract/admin.ts";
import type { Facade, Methods, Request, ResultOf } from "#contract/facade.ts";
import { openRpc, type RpcConnection } from "#rpc/client.ts";
import { type Remote, remote } from "./remote.ts";

export interface Endpoint {
  /** As in `10.0.0.5:17070`; tried one after the other. */
  readonly addresses: readonly string[];
  /** PEM. */
  readonly caCertificate: string;
  /** Undefined for the controller itself. */
  readonly model: string | undefined;
}

export interface LogIn {
  /** As in `user-admin` or `machine-0`. */
  readonly tag: string;
  readonly password: string;
  readonly version: string;
}

type LoginResult = ResultOf<(typeof Admin)["methods"]["Login"]>;

export interface Connection extends AsyncDisposable {
  facade<M extends Methods>(facade: Facade<M>, signal?: AbortSignal): Remote<M>;
  call(request: Request, signal?: AbortSignal): Promise<unknown>;
  /** What the controller said of itself. */
  readonly login: LoginResult;
  /** The address that answered. */
  readonly address: string;
  /** Resolves to the reason when the connection has ended. */
  readonly closed: Promise<string>;
}

/** Throws `try again` when nobody answers, and what the controller says of the login. */
export async function connect(
  endpoint: Endpoint,
  { tag, password, version }: LogIn,
  signal: AbortSignal,
): Promise<Connection> {
  const opening = openAny(endpoint, signal);
  const [{ rpc, address }, { Admin: admin }] = await Promise.all([
    opening,
    import("#contract/admin.ts"),
  ]);
  try {
    const send = (request: Request, callSignal?: AbortSignal) => rpc.call(request, callSignal);
    const login = await remote(admin, (request) => send(request, signal)).Login({
      "auth-tag": tag,
      credentials: password,
      "client-version": version,
    });
    return {
      facade: (facade, callSignal) => remote(facade, (request) => send(request, callSignal)),
      call: send,
      ...{ login, address, closed: rpc.closed },
      [Symbol.asyncDispose]: () => rpc[Symbol.asyncDispose](),
    };
  } catch (error) {
    await rpc[Symbol.asyncDispose]();
    throw error;
  }
}

async function openAny(
  { addresses, caCertificate, model }: Endpoint,
  signal: AbortSignal,
): Promise<{ rpc: RpcConnection; address: string }> {
  const path = model === undefined ? "/api" : `/model/${model}/api`;
  let failure = new Problem("try again", "no address of the controller is known");
  for (const address of addresses) {
    try {
      const target = { ...parseAddress(address), path, ca: caCertificate };
      return { rpc: await openRpc(target, signal), address };
    } catch (error) {
      if (!isProblem(error)) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** As in `10.0.0.5:17070` or `[::1]:17070`. Throws `not valid`. */
export function parseAddress(text: string): { host: string; port: number } {
  const match = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(text);
  const [, host = "", port = ""] = match ?? [];
  if (host === "")
    throw new Problem("not valid", `"${text}" is not an address like 10.0.0.5:17070`);
  return { host, port: Number(port) };
}
