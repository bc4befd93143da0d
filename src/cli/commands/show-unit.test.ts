import assert from "node:assert/strict";
import { after, test } from "node:test";
import { shop } from "#controller/testing.ts";
import * as leadership from "#domain/leadership/leadership.ts";
import { commitHook, deployApp, now, runAll } from "#domain/testing.ts";
import { Desk } from "../testing.ts";

const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());
const { store } = await desk.withController();
await deployApp(store, shop, { name: "web", metadata: "requires: {db: mysql}" });
await runAll(store, shop);
await desk.run("integrate web mysql");
await store.write(shop, (tx) =>
  leadership.claim(tx, { application: "mysql", unit: "mysql/0", seconds: 60, now }),
);
const written = (application: boolean, settings: Readonly<Record<string, string>>) => ({
  ...{ relation: 1, application, settings },
});
await commitHook(store, shop, {
  unit: "mysql/0",
  changes: {
    relations: [written(false, { password: "x" }), written(true, { schema: "2" })],
    openPorts: [{ endpoint: "", protocol: "tcp", from: 3306, to: 3306 }],
  },
});

const addresses = (address: string) => ({
  "egress-subnets": `${address}/32`,
  "ingress-address": address,
  "private-address": address,
});

async function show(words: string) {
  const { status, stdout, stderr } = await desk.run(`${words} --format json`);
  assert.deepEqual([status, stderr], [0, ""], words);
  return JSON.parse(stdout);
}

test("a unit is shown with what it sees of its relations, and what it says there itself", async () => {
  const inScope = (data: unknown) => ({ "in-scope": true, data });
  assert.deepEqual(await show("show-unit web/0"), {
    "web/0": {
      machine: "2",
      "opened-ports": [],
      "public-address": "10.0.0.2",
      charm: "local:web-0",
      leader: false,
      life: "alive",
      "relation-info": [
        {
          "relation-id": 1,
          endpoint: "db",
          "related-endpoint": "server",
          "application-data": { schema: "2" },
          "local-unit": inScope(addresses("10.0.0.2")),
          "related-units": {
            "mysql/0": inScope({ ...addresses("10.0.0.0"), password: "x" }),
            "mysql/1": inScope(addresses("10.0.0.1")),
          },
        },
      ],
      address: "10.0.0.2",
    },
  });
});

test("what is shown of relations can be narrowed", async () => {
  const related = async (words: string) => {
    const { "mysql/0": unit } = await show(`show-unit mysql/0 ${words}`);
    return unit["relation-info"]?.map((each: Record<string, unknown>) => [
      each.endpoint,
      Object.keys((each["related-units"] ?? {}) as object),
      "local-unit" in each,
    ]);
  };
  assert.deepEqual(await related(""), [
    ["cluster", ["mysql/1"], true],
    ["server", ["web/0"], true],
  ]);
  assert.deepEqual(await related("--endpoint server"), [["server", ["web/0"], true]]);
  assert.deepEqual(await related("--app --endpoint server"), [["server", [], false]]);
  const one = "--endpoint server --related-unit";
  assert.deepEqual(await related(`${one} web/0`), [["server", ["web/0"], false]]);
  assert.deepEqual(await related(`${one} web/7`), [["server", [], false]]);
  assert.equal(await related("--endpoint nothing"), undefined);
  const { "mysql/0": unit } = await show("show-unit mysql/0");
  assert.deepEqual([unit.leader, unit["opened-ports"]], [true, ["3306/tcp"]]);
});

test("an application is shown with what it was told to be", async () => {
  await desk.run("expose mysql --endpoints server --to-cidrs 10.0.0.0/8");
  assert.deepEqual(await show("show-application mysql web"), {
    mysql: {
      charm: "mysql",
      base: "ubuntu@22.04",
      principal: true,
      exposed: true,
      "exposed-endpoints": { server: { "expose-to-cidrs": ["10.0.0.0/8"] } },
      remote: false,
      life: "alive",
      "endpoint-bindings": bound("server", "cluster"),
    },
    web: {
      charm: "web",
      base: "ubuntu@22.04",
      principal: true,
      exposed: false,
      remote: false,
      life: "alive",
      "endpoint-bindings": bound("db"),
    },
  });
});

test("what there is not is not shown", async () => {
  for (const [line, code, text] of [
    ["show-unit mysql/7", 1, 'unit "mysql/7" not found'],
    ["show-unit mysql", 2, 'unit name "mysql" not valid'],
    ["show-unit", 2, "an unit name must be supplied"],
    ["show-application nobody", 1, 'application "nobody" not found'],
    ["show-application", 2, "an application name must be supplied"],
  ] as const) {
    const ran = await desk.run(line);
    assert.deepEqual([ran.status, ran.stderr.split("\n").at(-2)], [code, `ERROR ${text}`], line);
  }
});

function bound(...names: readonly string[]) {
  return Object.fromEntries(["", ...names, "juju-info"].map((name) => [name, "alpha"]));
}
