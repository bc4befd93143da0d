import assert from "node:assert/strict";
import { test } from "node:test";
import { type Endpoint, findPair, isSameEndpoint, parseEndpointName, toKey } from "./endpoints.ts";

const wordpress = endpointsOf("wordpress");
const mysql = endpointsOf("mysql");
const names = ["wordpress", "mysql"];

test("a relation is known by the requirer and then the provider, whoever is named first", () => {
  const [requirer, provider] = [wordpress("db", "requirer"), mysql("server", "provider")];

  assert.equal(toKey([requirer, provider]), "wordpress:db mysql:server");
  assert.equal(toKey([provider, requirer]), "wordpress:db mysql:server");
  assert.equal(toKey([mysql("cluster", "peer")]), "mysql:cluster");
});

test("an endpoint is an application's name, and perhaps its own after a colon", () => {
  assert.deepEqual(parseEndpointName("mysql"), { application: "mysql", name: undefined });
  assert.deepEqual(parseEndpointName("mysql:db"), { application: "mysql", name: "db" });
  for (const text of ["", ":", ":db", "mysql:", "mysql:db:0"]) {
    assert.throws(() => parseEndpointName(text), {
      code: "not valid",
      message: `invalid endpoint "${text}"`,
    });
  }
});

test("the endpoints that fit are one that provides and one that requires the same interface", () => {
  const db = wordpress("db", "requirer");
  const server = mysql("server", "provider");
  const others = [
    mysql("website", "provider", { interface: "http" }),
    mysql("cluster", "peer"),
    mysql("upstream", "requirer"),
  ];

  assert.deepEqual(findPair(names, [[db], [...others, server]]), [db, server]);
  assert.deepEqual(findPair(names, [[server], [db]]), [server, db]);
});

test("where nothing fits there is no relation", () => {
  const none = { code: "not found", message: "no relations found" };
  const provider = mysql("server", "provider");
  const peers = [[wordpress("a", "peer")], [mysql("b", "peer")]] as const;
  const itself = [[mysql("client", "requirer")], [provider]] as const;
  const container = [[wordpress("db", "requirer", { scope: "container" })], [provider]] as const;

  assert.throws(() => findPair(names, [[], [provider]]), none);
  assert.throws(() => findPair(names, peers), none);
  assert.throws(() => findPair(["mysql", "mysql"], itself), none);
  assert.throws(() => findPair(names, container), none);
  assert.throws(() => findPair(names, [container[1], container[0]]), none);
  const beside = findPair(names, container, { hasSubordinate: true });
  assert.deepEqual(beside, [container[0][0], provider]);
});

test("where several fit, all of them are told", () => {
  const ones = [wordpress("db", "requirer"), wordpress("cache", "requirer")];
  const others = [mysql("prod", "provider"), mysql("dev", "provider")];

  assert.throws(() => findPair(names, [ones, others]), {
    code: "not valid",
    message:
      'ambiguous relation: "wordpress mysql" could refer to ' +
      '"wordpress:cache mysql:dev"; "wordpress:cache mysql:prod"; ' +
      '"wordpress:db mysql:dev"; "wordpress:db mysql:prod"',
  });
});

test("what every charm provides counts only if nothing else fits", () => {
  const juju = { interface: "juju-info" };
  const implicit = mysql("juju-info", "provider", juju);
  const host = wordpress("host", "requirer", juju);
  const db = wordpress("db", "requirer");
  const server = mysql("server", "provider");
  const own = mysql("info", "provider", juju);

  assert.deepEqual(findPair(names, [[host], [implicit]]), [host, implicit]);
  assert.deepEqual(
    findPair(names, [
      [host, db],
      [implicit, server],
    ]),
    [db, server],
  );
  assert.deepEqual(findPair(names, [[host], [implicit, own]]), [host, own]);
});

test("an endpoint is the same as long as its place, role and interface are", () => {
  const server = mysql("server", "provider");

  assert.ok(isSameEndpoint(server, { ...server, limit: 7, optional: true, scope: "container" }));
  for (const other of [
    { ...server, application: "postgresql" },
    { ...server, name: "db" },
    { ...server, role: "peer" as const },
    { ...server, interface: "mysql-shared" },
  ]) {
    assert.ok(!isSameEndpoint(server, other));
  }
});

function endpointsOf(application: string) {
  return (name: string, role: Endpoint["role"], rest: Partial<Endpoint> = {}): Endpoint => ({
    ...{ application, name, role, interface: "mysql" },
    ...{ scope: "global", limit: 0, optional: false },
    ...rest,
  });
}
