/**
 * The foreign client `@canonical/jujulib`, as a program uses it: it finds out which versions of the
 * facades both sides know, and checks the controller by its own authority alone.
 *
 * A facade of its connection is had for the contract's facade of that name. That does not compile
 * if the contract answers what the client's types do not allow, or reads what it does not send.
 */
import { type Connection, connectAndLogin } from "@canonical/jujulib";
import allWatcher from "@canonical/jujulib/dist/api/facades/all-watcher/index.js";
import application from "@canonical/jujulib/dist/api/facades/application/index.js";
import charms from "@canonical/jujulib/dist/api/facades/charms/index.js";
import client from "@canonical/jujulib/dist/api/facades/client/index.js";
import controller from "@canonical/jujulib/dist/api/facades/controller/index.js";
import modelConfig from "@canonical/jujulib/dist/api/facades/model-config/index.js";
import modelManager from "@canonical/jujulib/dist/api/facades/model-manager/index.js";
import modelUpgrader from "@canonical/jujulib/dist/api/facades/model-upgrader/index.js";
import pinger from "@canonical/jujulib/dist/api/facades/pinger/index.js";
import { type ClientOptions, WebSocket } from "ws";
import type { BulkMethod, Facade, Method, ParamsOf, ResultOf } from "#contract/facade.ts";

const facades = [
  ...[allWatcher, application, charms, client, controller],
  ...[modelConfig, modelManager, modelUpgrader, pinger],
];

export interface Peer {
  /** As in `127.0.0.1:17070`. */
  readonly address: string;
  readonly caCertificate: string;
  /** The model's id; undefined for the controller. */
  readonly model?: string;
}

export interface Juju extends Disposable {
  readonly connection: Connection;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<void>;
}

export async function logIn(
  { address, caCertificate, model }: Peer,
  credentials: { readonly username: string; readonly password: string },
): Promise<Juju> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const path = model === undefined ? "/api" : `/model/${model}/api`;
  const { conn, logout } = await connectAndLogin(
    `wss://${address}${path}`,
    { facades, closeCallback: () => resolve(), wsclass: trusting(caCertificate) },
    credentials,
  );
  if (conn === undefined) throw new Error("the login gave no connection");
  return { connection: conn, closed, [Symbol.dispose]: () => logout() };
}

/** The class of websockets that the client is to use: a browser's, but for whom it trusts. */
function trusting(ca: string): typeof globalThis.WebSocket {
  class Trusting extends WebSocket {
    constructor(url: string, protocols?: string[], options?: ClientOptions) {
      super(url, protocols, { ...options, ca });
    }
  }
  return Trusting as unknown as typeof globalThis.WebSocket;
}

interface FacadeClass<Theirs> {
  readonly NAME: string;
  readonly VERSION: number;
  new (...needs: never[]): Theirs;
}

/** The client's facade, in the version that it chose for itself. Throws when it chose another. */
export function facadeOf<Ours extends Facade, Theirs>(
  { connection }: Juju,
  ours: Ours & Misfits<Ours, Theirs>,
  { VERSION: version }: FacadeClass<Theirs>,
): Theirs {
  const found = Object.values(connection.facades).find(({ NAME: name }) => name === ours.name);
  if (found?.VERSION === version) return found as Theirs;
  throw new Error(`of ${ours.name} the client chose ${found?.VERSION}, not ${version}`);
}

/** Unknown when all is well, and otherwise the methods that do not fit, which no facade has. */
type Misfits<Ours extends Facade, Theirs> =
  MisfitOf<Ours, Theirs> extends never ? unknown : { readonly misfits: MisfitOf<Ours, Theirs> };

type MisfitOf<Ours extends Facade, Theirs> = {
  [Name in keyof Ours["methods"] & string]: Fits<
    Ours["methods"][Name],
    MethodOf<Theirs, Uncapitalize<Name>>
  > extends true
    ? never
    : Name;
}[keyof Ours["methods"] & string];

type MethodOf<Theirs, Name extends string> = Name extends keyof Theirs ? Theirs[Name] : undefined;

type Fits<M extends Method | BulkMethod, Theirs> = Theirs extends (
  params: infer Params,
) => Promise<infer Result>
  ? [AnswerOf<M>] extends [Result]
    ? [Sent<Params>] extends [SentOf<M>]
      ? true
      : false
    : false
  : false;

type AnswerOf<M extends Method | BulkMethod> = M extends BulkMethod
  ? { [Key in M["results"]]: Arrived<ResultOf<M>>[] }
  : Arrived<ResultOf<M>>;

type SentOf<M extends Method | BulkMethod> = M extends BulkMethod
  ? { readonly [Key in Lowercase<M["list"]>]: readonly Accepted<ParamsOf<M>>[] }
  : Accepted<ParamsOf<M>>;

/**
 * What comes out of JSON: nothing in it is read-only or undefined. Where Juju says null, and its
 * client's types do not, null is no difference.
 */
type Arrived<T> = unknown extends T
  ? // biome-ignore lint/suspicious/noExplicitAny: the contract leaves it open
    any
  : T extends readonly (infer Item)[]
    ? Arrived<Item>[]
    : T extends object
      ? { -readonly [Key in keyof T]: Arrived<Exclude<T[Key], undefined | null>> }
      : T;

/** What the client sends; the case of its keys does not matter. */
type Sent<T> = T extends readonly (infer Item)[]
  ? readonly Sent<Item>[]
  : T extends object
    ? { [Key in keyof T as Key extends string ? Lowercase<Key> : Key]: Sent<T[Key]> }
    : T;

/** What is read of a value: absent and null fields are zero values, and what is not known is dropped. */
type Accepted<T> = unknown extends T
  ? unknown
  : T extends readonly (infer Item)[]
    ? readonly Accepted<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]?: Accepted<T[Key]> | null | undefined }
      : T;
