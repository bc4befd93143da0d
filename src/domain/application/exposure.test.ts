import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { deployApp, newModel, suiteOnEachStore } from "../testing.ts";
import * as application from "./application.ts";
import { expose, unexpose } from "./exposure.ts";

const everybody = { cidrs: ["0.0.0.0/0", "::/0"], spaces: [] };
const nobody = { cidrs: [], spaces: [] };

suiteOnEachStore("exposure", (openStore) => {
  test("an application is exposed to everybody unless somebody is named", async () => {
    await using store = await newWeb(openStore);
    assert.deepEqual(await exposed(store), [false, {}]);
    await change(store, {});
    assert.deepEqual(await exposed(store), [true, { "": everybody }]);
    await change(store, { "": { cidrs: ["10.0.0.0/8", "fd00::/8"], spaces: ["alpha"] } });
    const named = { cidrs: ["10.0.0.0/8", "fd00::/8"], spaces: ["alpha"] };
    assert.deepEqual(await exposed(store), [true, { "": named }]);
  });

  test("an endpoint is exposed by itself, and others stay as they are", async () => {
    await using store = await newWeb(openStore);
    await change(store, { http: nobody });
    await change(store, { admin: { cidrs: ["10.0.0.1/32"], spaces: [] } });
    const admin = { cidrs: ["10.0.0.1/32"], spaces: [] };
    assert.deepEqual(await exposed(store), [true, { http: everybody, admin }]);
    await close(store, ["http"]);
    assert.deepEqual(await exposed(store), [true, { admin }]);
    await close(store, ["admin"]);
    assert.deepEqual(await exposed(store), [false, {}]);
  });

  test("without endpoints, what was exposed is not any more, and once is as good as twice", async () => {
    await using store = await newWeb(openStore);
    await change(store, { http: nobody, "": nobody });
    await close(store, []);
    await close(store, []);
    assert.deepEqual(await exposed(store), [false, {}]);
  });

  test("what there is not is not exposed, and nothing changes", async () => {
    await using store = await newWeb(openStore);
    await change(store, { http: nobody });
    const notValid = "not valid";
    for (const [given, code, message] of [
      [{ ftp: nobody }, "not found", 'endpoint "ftp" not found'],
      [
        { http: { cidrs: [], spaces: ["dmz"] } },
        ...["not found", 'space "dmz" not found: the only space of this cloud is "alpha"'],
      ],
      ...["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "x/8", ""].map(
        (cidr) =>
          [
            { admin: { cidrs: [cidr], spaces: [] } },
            ...[notValid, `invalid CIDR address: ${cidr}`],
          ] as const,
      ),
    ] as const) {
      await assert.rejects(change(store, given), { code, message });
    }
    await assert.rejects(close(store, ["ftp"]), { message: 'endpoint "ftp" not found' });
    await assert.rejects(close(store, ["admin"]), {
      code: notValid,
      message: 'endpoint "admin" of "web" is not exposed by itself',
    });
    assert.deepEqual(await exposed(store), [true, { http: everybody }]);
  });
});

async function newWeb(openStore: () => Promise<Store>): Promise<Store> {
  const store = await openStore();
  await newModel(store);
  const metadata = "provides: {http: http}\nextra-bindings: {admin: null}";
  await deployApp(store, "prod", { name: "web", metadata, units: 0 });
  return store;
}

async function exposed(store: Store): Promise<[boolean, application.Exposure]> {
  const { isExposed, exposure } = await store.read("prod", (tx) => application.get(tx, "web"));
  return [isExposed, exposure];
}

function change(store: Store, given: application.Exposure): Promise<void> {
  return store.write("prod", (tx) => expose(tx, "web", given));
}

function close(store: Store, endpoints: readonly string[]): Promise<void> {
  return store.write("prod", (tx) => unexpose(tx, "web", endpoints));
}
