import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import * as agentBinary from "#domain/agent-binary/agent-binary.ts";
import * as machine from "#domain/machine/machine.ts";
import { controllerScope } from "#domain/scope.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import { FakeCloud } from "#providers/testing.ts";
import { runWorkers } from "./model-workers.ts";
import { shop, startTestController } from "./testing.ts";

suiteOnEachStore("the workers of all models", (open) => {
  test("have ended when they say so, with what they were doing", async () => {
    await using controller = await startTestController(open);
    const { store, services, clock } = controller;
    const version = "3.6.100";
    const binary = { version, ...services.identity.target, sha256: "", size: 0 };
    await store.write(controllerScope, (tx) => agentBinary.add(tx, binary));
    const wish = { base: "", nonce: "", desiredVersion: version, now: clock.now() };
    const id = await store.write(shop, (tx) => machine.add(tx, wish));
    const cloud = new FakeCloud();
    const letGo = cloud.holdStarts();
    const stop = new AbortController();
    let hasEnded = false;
    const working = runWorkers({ services, provider: cloud, log: services.log }, stop.signal);
    void working.then(() => {
      hasEnded = true;
    });
    await cloud.startAsked(id);

    stop.abort();
    for (let count = 0; count < 100; count++) await turn();
    assert.equal(hasEnded, false);
    letGo();
    await working;
    const { instanceId } = await store.read(shop, (tx) => machine.get(tx, id));
    assert.equal(instanceId, `i-${shop}-${id}`);
  });
});
