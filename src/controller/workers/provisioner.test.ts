import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { supervise } from "#base/supervisor.ts";
import * as agentBinary from "#domain/agent-binary/agent-binary.ts";
import * as machine from "#domain/machine/machine.ts";
import { controllerScope } from "#domain/scope.ts";
import * as status from "#domain/status/status.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import type { StartUp } from "#providers/provider.ts";
import { FakeCloud } from "#providers/testing.ts";
import type { Store } from "#store/store.ts";
import { shop, startTestController, type TestController } from "../testing.ts";
import machineUndertaker from "./machine-undertaker.ts";
import provisioner from "./provisioner.ts";

const version = "3.6.100";

const noStartUp: StartUp = {
  ...{ tag: "", binary: "", sharedBinary: "" },
  unpackBinary: async () => {},
  files: () => [],
};

/** A model with a machine that has no instance yet, and those at work on it who deal with the cloud. */
class Site implements AsyncDisposable {
  readonly cloud = new FakeCloud();
  readonly controller: TestController;
  readonly #stop = new AbortController();
  #work: Promise<unknown> = Promise.resolve();

  constructor(controller: TestController) {
    this.controller = controller;
  }

  static async open(openStore: () => Promise<Store>): Promise<Site> {
    const controller = await startTestController(openStore);
    const { store, services } = controller;
    const binary = { version, ...services.identity.target, sha256: "", size: 0 };
    await store.write(controllerScope, (tx) => agentBinary.add(tx, binary));
    return new Site(controller);
  }

  async addMachine(desiredVersion = version): Promise<string> {
    const { store, clock } = this.controller;
    const wish = { base: "ubuntu@22.04", nonce: "n", desiredVersion, now: clock.now() };
    return await store.write(shop, (tx) => machine.add(tx, wish));
  }

  /** As the controller does it: what fails begins again. */
  begin(): void {
    const { services } = this.controller;
    const needs = { services, model: shop, provider: this.cloud, log: services.log };
    const workers = [provisioner, machineUndertaker].map(({ name, run }) =>
      supervise({ name, run: (signal) => run(needs, signal) }, services, this.#stop.signal),
    );
    this.#work = Promise.all(workers);
  }

  /** Time goes on until it is so. */
  async until(isSo: () => Promise<boolean> | boolean): Promise<void> {
    while (!(await isSo())) {
      this.controller.clock.advance({ seconds: 1 });
      await turn();
    }
  }

  async read(id: string) {
    return await this.controller.store.read(shop, async (tx) => ({
      ...(await machine.get(tx, id)),
      status: await status.find(tx, status.entities.instance(id)),
    }));
  }

  async isThere(id: string): Promise<boolean> {
    const found = await this.controller.store.read(shop, (tx) => machine.find(tx, id));
    return found !== undefined;
  }

  async findStatus(id: string) {
    const entity = status.entities.instance(id);
    return await this.controller.store.read(shop, (tx) => status.find(tx, entity));
  }

  /** A few minutes, in which everybody has many a pass. */
  async passTime(): Promise<void> {
    for (let second = 0; second < 200; second++) {
      this.controller.clock.advance({ seconds: 1 });
      await turn();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#work;
    await this.controller[Symbol.asyncDispose]();
  }
}

suiteOnEachStore("the provisioner", (open) => {
  test("a machine gets one instance, and what its agent begins with", async () => {
    await using site = await Site.open(open);
    const id = await site.addMachine();
    site.begin();
    await site.until(async () => (await site.read(id)).instanceId !== null);

    const { instanceId, addresses, status: shown } = await site.read(id);
    assert.deepEqual([instanceId, addresses], [`i-${shop}-${id}`, [`10.0.0.${id}`]]);
    assert.equal(shown?.status, "running");
    assert.deepEqual(site.cloud.deeds, [`start i-${shop}-${id}`]);
    const startUp = site.cloud.instances.get(`i-${shop}-${id}`)?.startUp;
    assert.deepEqual([startUp?.tag, startUp?.binary], [`machine-${id}`, "3.6.100-ubuntu-amd64"]);
    const [conf, ...others] =
      startUp?.files({ addresses: [`10.0.0.${id}`], binaries: "", host: "" }) ?? [];
    assert.deepEqual(others, []);
    assert.deepEqual([conf?.path, conf?.mode], [`agents/machine-${id}/agent.conf`, 0o600]);
    const password = await site.controller.agentPassword(shop, id);
    assert.ok(conf?.content.includes(password));
  });

  test("a machine whose model is ahead of its controller begins with what the controller runs", async () => {
    await using site = await Site.open(open);
    const { store, services } = site.controller;
    const newer = { version: "3.6.101", ...services.identity.target, sha256: "", size: 0 };
    await store.write(controllerScope, (tx) => agentBinary.add(tx, newer));
    const id = await site.addMachine("3.6.101");
    site.begin();
    await site.until(async () => (await site.read(id)).instanceId !== null);

    const startUp = site.cloud.instances.get(`i-${shop}-${id}`)?.startUp;
    assert.equal(services.identity.version, version);
    assert.equal(startUp?.binary, "3.6.100-ubuntu-amd64");
    assert.equal((await site.read(id)).desiredVersion, "3.6.101");
  });

  test("while the cloud is down the machine says so, and it gets its instance afterwards", async () => {
    await using site = await Site.open(open);
    const id = await site.addMachine();
    site.cloud.goDown();
    site.begin();
    await site.until(async () => (await site.read(id)).status?.status === "provisioning error");
    assert.equal((await site.read(id)).status?.message, "the cloud is down");
    await site.passTime();
    const said = site.controller.logged.filter((line) => line.includes("cannot start"));
    assert.deepEqual(
      said.map((line) => line.slice(line.indexOf("cannot")).trim()),
      [`cannot start machine ${id}: the cloud is down`],
      "said once, however often it is tried",
    );

    site.cloud.comeBack();
    await site.until(async () => (await site.read(id)).status?.status === "running");
    assert.deepEqual(site.cloud.deeds, [`start i-${shop}-${id}`]);
  });

  test("a machine that is removed while its instance starts does not lose the instance", async () => {
    await using site = await Site.open(open);
    const id = await site.addMachine();
    const letGo = site.cloud.holdStarts();
    site.begin();
    await site.cloud.startAsked();
    await site.controller.store.write(shop, (tx) => machine.setLife(tx, id, "dying"));
    letGo();

    await site.until(async () => (await site.read(id)).instanceId !== null);
    assert.notEqual((await site.read(id)).status?.status, "running");
  });

  test("nothing is left of a machine that dies while its instance starts", async () => {
    await using site = await Site.open(open);
    const id = await site.addMachine();
    const letGo = site.cloud.holdStarts();
    site.begin();
    await site.cloud.startAsked();
    await site.controller.store.write(shop, (tx) => machine.setLife(tx, id, "dead"));
    await site.passTime();
    letGo();

    await site.until(async () => !(await site.isThere(id)));
    assert.deepEqual(site.cloud.deeds, [`start i-${shop}-${id}`, `stop i-${shop}-${id}`]);
    assert.equal(await site.findStatus(id), undefined);
  });

  test("nothing is left of a machine whose start was forgotten in a crash", async () => {
    await using site = await Site.open(open);
    const id = await site.addMachine();
    const key = { controller: site.controller.services.identity.uuid, model: shop, machine: id };
    await site.cloud.start(key, noStartUp);
    await site.controller.store.write(shop, (tx) => machine.setLife(tx, id, "dead"));
    site.begin();

    await site.until(async () => !(await site.isThere(id)));
    assert.deepEqual([...site.cloud.instances.keys()], []);
  });

  test("a start that hangs holds up no other machine", async () => {
    await using site = await Site.open(open);
    const id = await site.addMachine();
    const letGo = site.cloud.holdStarts();
    site.begin();
    await site.cloud.startAsked();
    site.cloud.holdNoMore();
    const other = await site.addMachine();

    await site.until(async () => (await site.read(other)).instanceId !== null);
    assert.equal((await site.read(id)).instanceId, null);
    letGo();
    await site.until(async () => (await site.read(id)).instanceId !== null);
    assert.equal(site.cloud.deeds.filter((deed) => deed === `start i-${shop}-${id}`).length, 1);
  });

  test("an instance that has stopped is started again", async () => {
    await using site = await Site.open(open);
    const id = await site.addMachine();
    site.begin();
    await site.until(async () => (await site.read(id)).instanceId !== null);
    site.cloud.kill(`i-${shop}-${id}`);
    await site.until(() => site.cloud.deeds.includes(`resume i-${shop}-${id}`));
  });
});
