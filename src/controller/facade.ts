/** Serves a facade: checks access, reads what was sent, calls the handler. */
import type { Log } from "#base/log.ts";
import { Problem } from "#base/problem.ts";
import {
  type BulkMethod,
  type Facade,
  isBulk,
  type Method,
  type Methods,
  type ParamsOf,
  type Request,
  type ResultOf,
} from "#contract/facade.ts";
import { explain, type Schema, type ValueOf } from "#contract/wire.ts";
import { toWireError } from "#rpc/server.ts";
import { authorize } from "./authorize.ts";
import type { Session } from "./session.ts";

/** A bulk method's handler is called for each item by itself. */
export type Handlers<M extends Methods> = {
  readonly [Name in keyof M]: (
    session: Session,
    params: ParamsOf<M[Name]>,
  ) => Promise<ResultOf<M[Name]>>;
};

export interface Implementation {
  readonly facade: Facade;
  call(session: Session, request: Request): Promise<unknown>;
}

const itemsMax = 10_000;

/**
 * Pairs a facade with its handlers; a missing or misspelt one does not compile.
 *
 * A call throws `not implemented` for an unknown method, `unauthorized access` for a caller who may
 * not, and `bad request` for parameters of a wrong type.
 */
export function implement<M extends Methods>(
  facade: Facade<M>,
  handlers: Handlers<M>,
): Implementation {
  return {
    facade,
    async call(session, { method: name, id, params }) {
      if (!Object.hasOwn(facade.methods, name)) {
        const message = `no such request - method ${facade.name}.${name} is not implemented`;
        throw new Problem("not implemented", message);
      }
      const method = facade.methods[name as keyof M] as Method | BulkMethod;
      const handle = handlers[name as keyof M] as (
        session: Session,
        params: unknown,
      ) => Promise<unknown>;
      const authorized = "on" in method ? undefined : await authorize(session, method, {});
      const given = id === "" ? params : { id };
      if (isBulk(method)) return callForEach({ session, method, handle, authorized }, given);
      return callOnce({ session, method, handle, authorized }, given);
    },
  };
}

interface Call<M> {
  readonly session: Session;
  readonly method: M;
  readonly handle: (session: Session, params: unknown) => Promise<unknown>;
  /** Undefined when access depends on what the parameters name. */
  readonly authorized: Session | undefined;
}

async function callOnce({ session, method, handle, authorized }: Call<Method>, given: unknown) {
  const params = read(method.params, given);
  return (await handle(authorized ?? (await authorize(session, method, params)), params)) ?? {};
}

/**
 * Each item succeeds or fails by itself, and the answers come in the order of the items. Throws
 * `stopped` when nobody is left to hear them.
 */
async function callForEach(call: Call<BulkMethod>, given: unknown) {
  const { session, method, handle, authorized } = call;
  const items = itemsOf(method.list, given);
  const results: unknown[] = [];
  for (const each of items) {
    session.signal.throwIfAborted();
    results.push(
      await attempt(session.services.log, async () => {
        const item = read(method.item, each);
        const allowed = authorized ?? (await authorize(session, method, item));
        return (await handle(allowed, item)) ?? {};
      }),
    );
  }
  return { [method.results]: results };
}

/** What became of one item of many: its result, or the error in the words of the wire. */
export async function attempt<T>(log: Log, body: () => Promise<T>) {
  try {
    return await body();
  } catch (error) {
    return { error: toWireError(error, log) };
  }
}

function itemsOf(list: string, given: unknown): readonly unknown[] {
  if (typeof given !== "object" || given === null) return [];
  const [, items] =
    Object.entries(given).find(([key]) => key.toLowerCase() === list.toLowerCase()) ?? [];
  if (items === undefined || items === null) return [];
  if (!Array.isArray(items)) throw new Problem("bad request", `${list}: expected array`);
  if (items.length > itemsMax) {
    throw new Problem("bad request", `${list}: ${items.length} items are more than ${itemsMax}`);
  }
  return items;
}

function read<S extends Schema>(schema: S, given: unknown): ValueOf<S> {
  const { success, data, error } = schema.safeParse(given);
  if (!success) throw new Problem("bad request", explain(error), { cause: error });
  return data as ValueOf<S>;
}
