/** Sessions: one connection, to the controller or to one of its models, and who is at its other end. */
import type { Clock } from "#base/clock.ts";
import type { Log } from "#base/log.ts";
import { controllerScope } from "#domain/scope.ts";
import type { Target } from "#release/version.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import type { Store } from "#store/store.ts";
import type { Caller } from "./caller.ts";
import type { Credentials } from "./credentials.ts";
import type { Feed } from "./feed.ts";
import type { Presence } from "./presence.ts";
import type { Vault } from "./vault.ts";

/** What a controller is, wherever in it somebody asks. */
export interface Identity {
  readonly uuid: string;
  readonly name: string;
  readonly caCertificate: string;
  /** As in `10.0.0.5:17070`. */
  readonly apiAddresses: readonly string[];
  readonly version: string;
  readonly target: Target;
  readonly cloud: { readonly name: string; readonly type: string; readonly region: string };
}

/** What the parts of a controller share. */
export interface Services {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly identity: Identity;
  readonly feed: Feed;
  readonly credentials: Credentials;
  readonly presence: Presence;
  readonly vault: Vault;
}

export interface Session {
  readonly services: Services;
  /** The model of the connection, or undefined for one to the controller. */
  readonly modelUuid: string | undefined;
  readonly caller: Caller;
  /** The same for every call that comes over it. */
  readonly connection: object;
  /** The caller is known from now on. Throws `bad request` when somebody is already. */
  logIn(caller: Caller): Promise<void>;
  readonly watchers: Map<string, Watcher>;
  nextWatcherId(): number;
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal;
}

export interface Watcher {
  next(): Promise<readonly unknown[]>;
  stop(): void;
}

/** What a transaction of the session is about: its model, or the controller as a whole. */
export function scopeOf({ modelUuid }: Session): string {
  return modelUuid ?? controllerScope;
}

/** Reads what the session is about. */
export function read<T>(session: Session, body: (tx: ReadTransaction) => Promise<T>): Promise<T> {
  return session.services.store.read(scopeOf(session), body);
}

/** Changes what the session is about, in one transaction. */
export function write<T>(session: Session, body: (tx: Transaction) => Promise<T>): Promise<T> {
  return session.services.store.write(scopeOf(session), body);
}

/** The time of what happens in the session. */
export function clockOf({ services }: Session): { readonly now: Temporal.Instant } {
  return { now: services.clock.now() };
}

export function userOf({ caller }: Session): string {
  return caller.kind === "user" ? caller.name : "";
}

/** The machine whose agent the caller is, which has been seen to already. */
export function machineOf({ caller }: Session): string {
  if (caller.kind !== "machine") throw new Error("a call of an agent comes from somebody else");
  return caller.id;
}
