/**
 * The access walk: every call of the contract, made through the wire by every kind of caller.
 *
 * `access.md` says who may call what, a line for each call; a call without a line fails here.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isProblem } from "#base/problem.ts";
import {
  type Access,
  type BulkMethod,
  type Facade,
  isBulk,
  type Method,
} from "#contract/facade.ts";
import { facades } from "#contract/facades.ts";
import { type Route, routes } from "#contract/routes.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import type { RpcConnection } from "#rpc/client.ts";
import { implementations } from "./dispatch.ts";
import { blog, password, shop, startTestController, type TestController } from "./testing.ts";

const callers = [
  "nobody",
  "lola with a wrong password",
  "lola, who may log in",
  "rita, who may read shop",
  "will, who may write to shop",
  "anna, who owns shop",
  "nick, who owns another model",
  "boss, a superuser",
  "machine 0 of shop",
  "machine 1 of shop",
  "machine 0 of another model",
] as const;
type CallerName = (typeof callers)[number];

const [, , lola, rita, will, anna, nick, boss, zero, one] = callers;
const users: readonly CallerName[] = [lola, rita, will, anna, nick, boss];
const writers: readonly CallerName[] = [will, anna, boss];
const readers: readonly CallerName[] = [rita, ...writers];

/** Who may call what is about shop, about unit mysql/0 of shop, or about rita herself. */
const mayCall: Readonly<Record<Access, readonly CallerName[]>> = {
  anyone: callers,
  login: [...readers, zero, one],
  self: [rita, boss],
  read: readers,
  write: writers,
  admin: [anna, boss],
  superuser: [boss],
  machine: [zero, one],
  unit: [zero],
};

const subjects: Readonly<Record<string, string>> = {
  tag: `model-${shop}`,
  "model-tag": `model-${shop}`,
  unit: "mysql/0",
};

type Kind = "controller" | "model";

/** Without a model, nobody has access to one; and only users connect to a controller as such. */
function expected(rule: Method | BulkMethod, kind: Kind): readonly CallerName[] {
  const { access, on } = rule;
  if (kind === "model" || on !== undefined || access === "anyone") return mayCall[access];
  return access === "login" ? users : [boss];
}

test("the table names every call of the contract, with the access that the contract states", () => {
  const stated = facades.flatMap(({ name, methods }) =>
    Object.entries(methods).map(([method, { access, on }]) => [
      `${name}.${method}`,
      on === undefined ? access : `${access} of \`${on}\``,
    ]),
  );
  const routed = Object.values<Route>(routes).map(({ method, path, access, on }) => [
    `${method} ${path}`,
    on === undefined ? access.join(" or ") : `${access.join(" or ")} of \`${on}\``,
  ]);
  assert.deepEqual(readTable(), [...stated, ...routed]);
});

test("every facade of the contract is served, and nothing else", () => {
  assert.deepEqual(
    implementations.map(({ facade }) => facade),
    facades,
  );
});

suiteOnEachStore("access", (open) => {
  for (const kind of ["model", "controller"] as const) {
    test(`whoever connects to a ${kind} may call what the table says and no more`, async () => {
      await using controller = await startTestController(open);
      const calls = callsTo(kind);
      const allowed = await walk(controller, kind, calls);
      const may = calls.map(({ name, method }) => [name, inOrder(expected(method, kind))]);
      assert.deepEqual(Object.fromEntries(allowed), Object.fromEntries(may));
    });
  }

  test("whoever sends a plain request may do what the table says and no more", async () => {
    await using controller = await startTestController(open);
    for (const route of Object.values(routes)) {
      const allowed: CallerName[] = [];
      for (const caller of callers) {
        if (await isServed(controller, caller, route)) allowed.push(caller);
      }
      const may = route.access.flatMap((access) => mayCall[access]);
      assert.deepEqual(allowed, inOrder(may), `${route.method} ${route.path}`);
    }
  });

  test("nobody may write to a model that is not theirs, whatever connection they have", async () => {
    await using controller = await startTestController(open);
    await using own = await controller.connect("user-nick", blog);
    const login = { facade: "Application", version: 20, method: "AddUnits", id: "" };

    const { units } = (await own.call({
      ...login,
      params: { application: "mysql", "num-units": 1 },
    })) as { units: string[] };

    assert.deepEqual(units, ["mysql/2"]);
    await assert.rejects(controller.connect("user-nick", shop), {
      code: "unauthorized access",
      message: "permission denied",
    });
  });
});

/** The lines of the table: what is called, and who may. */
function readTable(): string[][] {
  const text = readFileSync(join(import.meta.dirname, "access.md"), "utf8");
  const lines = text.split("\n").filter((line) => /^\| (?!call|request|-)/.test(line));
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

interface NamedCall {
  readonly name: string;
  readonly facade: Facade;
  readonly methodName: string;
  readonly method: Method | BulkMethod;
}

function callsTo(kind: Kind): NamedCall[] {
  const served = facades.filter(({ scope }) => scope === "both" || scope === kind);
  return served.flatMap((facade) =>
    Object.entries(facade.methods).map(([methodName, method]) => ({
      ...{ name: `${facade.name}.${methodName}`, facade, methodName, method },
    })),
  );
}

function inOrder(names: readonly CallerName[]): CallerName[] {
  return callers.filter((each) => names.includes(each));
}

/** Who may make each of the calls. */
async function walk(
  controller: TestController,
  kind: Kind,
  calls: readonly NamedCall[],
): Promise<Map<string, CallerName[]>> {
  const allowed = new Map<string, CallerName[]>(calls.map(({ name }) => [name, []]));
  for (const caller of callers) {
    await using line = new Line(controller, kind, caller);
    for (const call of calls) {
      if (await line.isAllowed(call)) allowed.get(call.name)?.push(caller);
    }
  }
  return allowed;
}

/** Strangers are cut off a little later. */
const refusalsMax = 8;

/** A caller's connection; who is refused a few times gets another before that one is cut. */
class Line implements AsyncDisposable {
  readonly #controller: TestController;
  readonly #kind: Kind;
  readonly #caller: CallerName;
  #rpc: RpcConnection | undefined;
  #refusals = 0;

  constructor(controller: TestController, kind: Kind, caller: CallerName) {
    this.#controller = controller;
    this.#kind = kind;
    this.#caller = caller;
  }

  async isAllowed({ facade, methodName, method }: NamedCall): Promise<boolean> {
    const rpc = await this.#connected();
    const outcome = await outcomeOf(rpc, {
      ...{ facade: facade.name, version: Math.max(...facade.versions), method: methodName, id: "" },
      params: methodName === "Login" ? loginOf("user-boss", password) : paramsFor(method),
    });
    assert.doesNotMatch(outcome.message, /internal error/, `${facade.name}.${methodName}`);
    const isAllowed = outcome.code !== "unauthorized access";
    if (!isAllowed) this.#refusals++;
    const isOver = this.#refusals === refusalsMax || methodName === "Login";
    if (isOver) await this[Symbol.asyncDispose]();
    return isAllowed;
  }

  async #connected(): Promise<RpcConnection> {
    if (this.#rpc) return this.#rpc;
    const rpc = await this.#controller.open(this.#kind === "model" ? shop : undefined);
    await logIn(this.#controller, rpc, this.#caller);
    this.#rpc = rpc;
    this.#refusals = 0;
    return rpc;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rpc?.[Symbol.asyncDispose]();
    this.#rpc = undefined;
  }
}

/** Whether it succeeds is seen later, by what the caller may do. */
async function logIn(controller: TestController, rpc: RpcConnection, caller: CallerName) {
  if (caller === "nobody") return;
  const params = await credentialsOf(controller, caller);
  await outcomeOf(rpc, { facade: "Admin", version: 3, method: "Login", id: "", params });
}

async function credentialsOf(controller: TestController, caller: CallerName) {
  const [first = "", second = ""] = caller.split(/,? /);
  if (first === "machine") {
    const own = caller === "machine 0 of another model" ? blog : shop;
    return loginOf(`machine-${second}`, await controller.agentPassword(own, second));
  }
  const secret = caller === "lola with a wrong password" ? "a guess" : password;
  return loginOf(`user-${first}`, secret);
}

function loginOf(tag: string, credentials: string) {
  return { "auth-tag": tag, credentials, nonce: "", "client-version": "3.6.14" };
}

/** As little as names what the call is about. */
function paramsFor(method: Method | BulkMethod): Record<string, unknown> {
  const { access, on } = method;
  const params = on === undefined ? {} : { [on]: access === "self" ? "user-rita" : subjects[on] };
  return isBulk(method) ? { [method.list]: [params] } : params;
}

interface Outcome {
  readonly code: string;
  readonly message: string;
}

const fine: Outcome = { code: "", message: "" };

async function outcomeOf(
  rpc: RpcConnection,
  request: Parameters<RpcConnection["call"]>[0],
): Promise<Outcome> {
  try {
    const answer = (await rpc.call(request)) as Record<string, unknown>;
    const [lists] = Object.values(answer).filter(Array.isArray);
    const [first]: { readonly error?: Outcome }[] = lists ?? [];
    return first?.error ?? fine;
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
}

async function isServed(controller: TestController, caller: CallerName, route: Route) {
  const path = route.path
    .replace(":model", shop)
    .replace(":name", "3.6.100-ubuntu-amd64")
    .replace(":application", "mysql")
    .replace(":unit", "unit-mysql-0");
  const known = caller === "nobody" ? undefined : await credentialsOf(controller, caller);
  const login = known && { as: known["auth-tag"], password: known.credentials };
  const { status, body } = await controller.request({ method: route.method, path, ...login });
  assert.notEqual(status, 500, body.toString());
  return status !== 401;
}
