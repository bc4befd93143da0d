import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import * as machine from "#domain/machine/machine.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import { FakeCloud } from "#providers/testing.ts";
import { shop, startTestController } from "../testing.ts";
import presenceKeeper from "./presence-keeper.ts";

suiteOnEachStore("the presence keeper", (open) => {
  test("a machine whose leaving could not be written does not count as connected for ever", async (t) => {
    await using controller = await startTestController(open);
    const { store, services, clock } = controller;
    const { presence, log } = services;
    const isConnected = async (id: string) =>
      (await store.read(shop, (tx) => machine.get(tx, id))).isConnected;
    await presence.arrive(shop, "0");
    await presence.arrive(shop, "1");
    const full = t.mock.method(store, "write", async () => {
      throw new Error("the disk is full");
    });
    await assert.rejects(presence.leave(shop, "0"), { message: "the disk is full" });
    full.mock.restore();
    assert.equal(await isConnected("0"), true);

    const stop = new AbortController();
    const needs = { services, model: shop, provider: new FakeCloud(), log };
    const working = presenceKeeper.run(needs, stop.signal);
    while (await isConnected("0")) {
      clock.advance({ seconds: 1 });
      await turn();
    }
    assert.equal(await isConnected("1"), true);
    stop.abort();
    await working;
  });
});
