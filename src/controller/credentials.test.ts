import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { isProblem } from "#base/problem.ts";
import * as machine from "#domain/machine/machine.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import { blog, password, shop, startTestController, type TestController } from "./testing.ts";

suiteOnEachStore("who somebody is", (open) => {
  test("a user is known by name and password, and whatever is wrong is told alike", async () => {
    await using controller = await startTestController(open);
    const { credentials } = controller.services;
    const login = { kind: "user", id: "anna", password, modelUuid: undefined } as const;
    for (const _ of [1, 2]) {
      const known = await credentials.identify(login);
      assert.deepEqual(known, { kind: "user", name: "anna", access: "login" });
    }
    const wrong = [{ password: "" }, { password: `${password} ` }, { id: "eve" }, { id: "Anna" }];
    for (const each of wrong) {
      await assert.rejects(credentials.identify({ ...login, ...each }), {
        code: "unauthorized access",
        message: "invalid entity name or password",
      });
    }
  });

  test("a machine is known in its own model alone", async () => {
    await using controller = await startTestController(open);
    const { credentials } = controller.services;
    const own = await controller.agentPassword(shop, "0");
    const login = { kind: "machine", id: "0", password: own, modelUuid: shop } as const;
    assert.deepEqual(await credentials.identify(login), { kind: "machine", id: "0" });
    for (const each of [{ modelUuid: blog }, { modelUuid: undefined }, { id: "1" }, { id: "9" }]) {
      await assert.rejects(credentials.identify({ ...login, ...each }), {
        code: "unauthorized access",
      });
    }
  });

  test("so many can be checked at once and no more, and all others are told to come again", async (t) => {
    await using controller = await startTestController(open);
    const { store } = controller;
    const { credentials } = controller.services;
    const { read } = store;
    const everybody = Promise.withResolvers<void>();
    let arrived = 0;
    const atOnce = t.mock.method(store, "read", async (...of: Parameters<typeof read>) => {
      const found = await read.apply(store, of);
      if (++arrived === 60) everybody.resolve();
      await everybody.promise;
      return found;
    });
    const login = { kind: "user", id: "anna", modelUuid: undefined } as const;
    const tries = Array.from({ length: 60 }, (_, number) =>
      credentials.identify({ ...login, password: `guess ${number}` }).catch((error) => error),
    );
    const codes = (await Promise.all(tries)).map((error) => isProblem(error, "try again"));
    assert.equal(codes.filter((isBusy) => isBusy).length, 60 - 52);
    atOnce.mock.restore();
    const known = await credentials.identify({ ...login, password });
    assert.equal(known.kind, "user");
  });

  test("over plain HTTPS the scheme's case does not matter, but the tag's kind does", async () => {
    await using controller = await startTestController(open);
    const statusFor = async (authorization: string) => {
      const path = `/model/${shop}/charms?url=local:nothing-0`;
      return (await controller.request({ path, headers: { authorization } })).status;
    };
    const encode = (text: string) => Buffer.from(text).toString("base64");
    const right = encode(`user-rita:${password}`);
    assert.deepEqual(
      [await statusFor(`Basic ${right}`), await statusFor(`basic ${right}`)],
      [404, 404],
    );
    for (const text of [`rita:${password}`, `model-rita:${password}`, "user-rita", ""]) {
      assert.equal(await statusFor(`Basic ${encode(text)}`), 401, text);
    }
    assert.equal(await statusFor(`Bearer ${right}`), 401);
  });

  test("an agent is there while it has any connection, and away when it has none", async () => {
    await using controller = await startTestController(open);
    const first = await controller.connect("machine-0", shop);
    const second = await controller.connect("machine-0", shop);
    await untilConnected(controller, true);
    await first[Symbol.asyncDispose]();
    await first.closed;
    for (let turns = 0; turns < 100; turns++) await turn();
    assert.equal(await isConnected(controller), true);
    await second[Symbol.asyncDispose]();
    await untilConnected(controller, false);
    assert.deepEqual(controller.logged, []);
  });

  test("an agent whose machine has gone meanwhile leaves without a complaint", async () => {
    await using controller = await startTestController(open);
    const agent = await controller.connect("machine-0", shop);
    await controller.store.write(shop, (tx) => machine.remove(tx, "0"));
    await agent[Symbol.asyncDispose]();
    await agent.closed;
    await controller.stop();
    assert.deepEqual(controller.logged, []);
  });
});

async function isConnected({ store }: TestController): Promise<boolean> {
  return (await store.read(shop, (tx) => machine.get(tx, "0"))).isConnected;
}

async function untilConnected(controller: TestController, expected: boolean): Promise<void> {
  while ((await isConnected(controller)) !== expected) await turn();
}
