/**
 * Facades: the named groups of methods that a controller offers.
 *
 * A facade is plain data, and the server's handlers, the client and the reference pages all follow
 * from it. Each method states who may call it; the server checks that before the handler runs.
 */
import type { Schema, ValueOf } from "./wire.ts";

/**
 * Who may call a method:
 * - `anyone`: even before login;
 * - `login`: whoever is logged in, users and agents;
 * - `self`: the user whom `on` names, or a superuser;
 * - `read`, `write`, `admin`: users with that access to the model, each including those before it;
 * - `superuser`: administrators of the controller, who also have all access to every model;
 * - `machine`: the agent of a machine, for itself;
 * - `unit`: the agent of the machine that the unit is on that `on` names.
 */
const accessLevels = [
  "anyone",
  "login",
  "self",
  "read",
  "write",
  "admin",
  "superuser",
  "machine",
  "unit",
] as const;
export type Access = (typeof accessLevels)[number];

interface Rule {
  readonly access: Access;
  /**
   * The parameter that names what access is needed to: a tag of a model or of a user, or the name
   * of a unit. Without it, that is the model of the connection.
   */
  readonly on?: string;
}

export interface Method<Params extends Schema = Schema, Result extends Schema = Schema>
  extends Rule {
  readonly params: Params;
  readonly result: Result;
}

/**
 * A method that takes a list of items under the name `list`, and answers for each in `results`:
 * with the item's result or with its `error`. Access is checked for each item.
 */
export interface BulkMethod<
  Item extends Schema = Schema,
  Result extends Schema = Schema,
  List extends string = string,
  Results extends string = string,
> extends Rule {
  readonly list: List;
  readonly results: Results;
  readonly item: Item;
  readonly result: Result;
}

export type Methods = Readonly<Record<string, Method | BulkMethod>>;

/** What one call is given: all parameters, or one item of a bulk method's list. */
export type ParamsOf<M extends Method | BulkMethod> = M extends BulkMethod
  ? ValueOf<M["item"]>
  : M extends Method
    ? ValueOf<M["params"]>
    : never;
export type ResultOf<M extends Method | BulkMethod> = ValueOf<M["result"]>;

/** Which connections offer a facade: those to the controller, to a model, or both. */
type Scope = "controller" | "model" | "both";

export interface Facade<M extends Methods = Methods> {
  readonly name: string;
  readonly versions: readonly number[];
  readonly scope: Scope;
  readonly methods: M;
}

/** One call as it travels, without the envelope of its transport. */
export interface Request {
  readonly facade: string;
  readonly version: number;
  readonly method: string;
  /** The watcher that is asked, or empty. */
  readonly id: string;
  readonly params: unknown;
}

interface Bulk<List extends string, Results extends string> extends Rule {
  readonly list: List;
  readonly results?: Results;
}

export function method<Params extends Schema, Result extends Schema>(
  rule: Access | Rule,
  params: Params,
  result: Result,
): Method<Params, Result> {
  return { ...(typeof rule === "string" ? { access: rule } : rule), params, result };
}

/** `results` is the key of the list of answers, which has another name in a few places. */
export function bulk<
  Item extends Schema,
  Result extends Schema,
  const List extends string,
  const Results extends string = "results",
>(
  { list, results, ...rule }: Bulk<List, Results>,
  item: Item,
  result: Result,
): BulkMethod<Item, Result, List, NoInfer<Results>> {
  return { ...rule, list, results: results ?? ("results" as Results), item, result };
}

export function facade<const M extends Methods>(
  { name, versions, scope }: Omit<Facade, "methods">,
  methods: M,
): Facade<M> {
  return { name, versions, scope, methods };
}

export function isBulk(each: Method | BulkMethod): each is BulkMethod {
  return "list" in each;
}
