import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "#client/connection.ts";
import { SecretBackends } from "#contract/secret-backends.ts";
import { Secrets } from "#contract/secrets.ts";
import { UnitAgent } from "#contract/unit-agent.ts";
import * as leadership from "#domain/leadership/leadership.ts";
import { allRows, now, suiteOnEachStore } from "#domain/testing.ts";
import { controllerUuid, shop, startTestController, type TestController } from "../testing.ts";

const owner = { "owner-tag": `model-${shop}` };
const data = { password: toBase64("s3cr3t") };
const id = "cq7f3sel9q2c73d1v2b0";
const noChanges = { relations: [], "open-ports": [], "close-ports": [], state: {}, secrets: [] };
const facts = { became: "", charm: "local:mysql-0", "modified-version": 1, settled: true };

suiteOnEachStore("secrets of users", (open) => {
  test("a user keeps a secret under a name, which shows what it holds to who administers the model", async () => {
    await using controller = await startTestController(open);
    await using anna = await controller.connect("user-anna", shop);
    const secrets = anna.facade(Secrets);
    const made = { ...owner, label: "db", description: "of the shop", content: { data } };
    const { result: uri } = await secrets.CreateSecrets(made);
    assert.match(uri, /^secret:[0-9a-v]{20}$/);
    const [listed] = (await secrets.ListSecrets({ "show-secrets": false, filter: {} })).results;
    const { "create-time": created, "update-time": updated, revisions, ...about } = listed ?? {};
    const { "latest-revision-checksum": checksum, ...rest } = {
      "latest-revision-checksum": "",
      ...about,
    };
    assert.match(String(checksum), /^[0-9a-f]{64}$/);
    assert.deepEqual(rest, {
      ...{ uri, version: 1, ...owner, label: "db", description: "of the shop" },
      "latest-revision": 1,
    });
    assert.equal(created, updated);
    assert.equal(revisions?.[0]?.["backend-name"], "internal");
    const revealing = { "show-secrets": true, filter: { label: "db" } };
    const [revealed] = (await secrets.ListSecrets(revealing)).results;
    assert.deepEqual(revealed?.value, { data });
    await using will = await controller.connect("user-will", shop);
    await assert.rejects(will.facade(Secrets).ListSecrets(revealing), {
      code: "unauthorized access",
    });
  });

  test("new content is a new revision, and the old one stays until it is pruned", async () => {
    await using controller = await startTestController(open);
    await using anna = await controller.connect("user-anna", shop);
    const secrets = anna.facade(Secrets);
    const { result: uri } = await secrets.CreateSecrets({
      ...owner,
      label: "db",
      content: { data },
    });
    const update = { uri: "", "existing-label": "db" };
    await secrets.UpdateSecrets({ ...update, content: { data: { token: toBase64("new") } } });
    const show = async (filter: { revision?: number }) => {
      const request = { "show-secrets": true, filter: { uri, ...filter } };
      const [found] = (await secrets.ListSecrets(request)).results;
      return [found?.revisions.map(({ revision }) => revision), found?.value?.data];
    };
    assert.deepEqual(await show({}), [[1, 2], { token: toBase64("new") }]);
    assert.deepEqual(await show({ revision: 1 }), [[1, 2], data]);
    await secrets.UpdateSecrets({ ...update, label: "other", "auto-prune": true });
    assert.deepEqual(await show({}), [[2], { token: toBase64("new") }]);
    await assert.rejects(secrets.UpdateSecrets({ ...update, content: { data } }), {
      code: "not found",
      message: 'secret "db" not found',
    });
    await secrets.RemoveSecrets({ uri, label: "" });
    assert.deepEqual(
      (await secrets.ListSecrets({ "show-secrets": false, filter: {} })).results,
      [],
    );
  });

  test("an application reads it from when it is granted until that is taken back", async () => {
    await using controller = await startTestController(open);
    await using anna = await controller.connect("user-anna", shop);
    await using agent = await controller.connect("machine-1", shop);
    const secrets = anna.facade(Secrets);
    const { result: uri } = await secrets.CreateSecrets({
      ...owner,
      label: "db",
      content: { data },
    });
    const wanted = { unit: "mysql/1", id: uri.slice("secret:".length), label: "", revision: 0 };
    const read = async () => (await agent.facade(UnitAgent).SecretContent(wanted)).content;
    await assert.rejects(read(), { code: "unauthorized access", message: "permission denied" });
    const named = { uri: "", label: "db", applications: ["mysql", "nosuch"] };
    const { results } = await secrets.GrantSecret(named);
    assert.deepEqual(
      results.map(({ error }) => error?.message),
      [undefined, 'application "nosuch" not found'],
    );
    assert.deepEqual(await read(), data);
    await secrets.RevokeSecret({ ...named, applications: ["mysql"] });
    await assert.rejects(read(), { message: "permission denied" });
  });

  test("what cannot be is refused without telling what the secret was to hold", async () => {
    await using controller = await startTestController(open);
    await using anna = await controller.connect("user-anna", shop);
    const secrets = anna.facade(Secrets);
    const create = (changes: object) =>
      secrets.CreateSecrets({ ...owner, label: "db", ...changes });
    await create({ content: { data } });
    const refusals = [
      [() => create({ content: { data } }), 'secret with name "db" already exists'],
      [() => create({ label: "a" }), "empty secret not valid"],
      [
        () => create({ label: "a", content: { data: { "a b": data.password } } }),
        /^secret key "a b" not valid: expected at least 3 /,
      ],
      [
        () => create({ label: "a", content: { data: { password: "s3cr3t" } } }),
        'the value of secret key "password" is not base64',
      ],
      [
        () => create({ label: "a", content: { data }, "rotate-policy": "daily" }),
        "only charms rotate secrets or let them expire",
      ],
      [
        () => secrets.RemoveSecrets({ uri: "secret:nosuch", label: "" }),
        'secret URI "secret:nosuch" not valid',
      ],
    ] as const;
    for (const [refused, message] of refusals) await assert.rejects(refused(), { message });
    assert.deepEqual(
      controller.logged.filter((line) => line.includes("s3cr3t")),
      [],
    );
  });
});

suiteOnEachStore("where secrets are kept", (open) => {
  test("there is one place, the controller itself, and no other can be added", async () => {
    await using controller = await startTestController(open);
    await using anna = await controller.connect("user-anna", shop);
    await anna.facade(Secrets).CreateSecrets({ ...owner, label: "db", content: { data } });
    await using boss = await controller.connect("user-boss");
    const backends = boss.facade(SecretBackends);
    const { results } = await backends.ListSecretBackends({ names: [], reveal: false });
    const result = { name: "internal", "backend-type": "controller", config: {} };
    const rest = { id: controllerUuid, "num-secrets": 1, status: "active" };
    assert.deepEqual(results, [{ result, ...rest }]);
    await assert.rejects(backends.AddSecretBackends({ name: "vault" }), {
      code: "not supported",
      message: "the controller keeps all secrets itself",
    });
  });
});

suiteOnEachStore("secrets of units", (open) => {
  test("what a hook wrote of secrets is kept sealed, and nowhere as it is", async () => {
    await using controller = await startTestController(open);
    await using agent = await connectLeader(controller);
    const unit = agent.facade(UnitAgent);
    const create = { kind: "create", id, owner: "application", content: data, rotation: "daily" };
    const hook = { unit: "mysql/0", sequence: 7, facts };
    await unit.Commit({
      ...hook,
      changes: { ...noChanges, secrets: [{ ...create, label: "db" }] },
    });
    const { secrets } = await unit.Secrets({ unit: "mysql/0" });
    assert.deepEqual(
      secrets.map(({ id: of, label, rotation }) => [of, label, rotation]),
      [[id, "db", "daily"]],
    );
    const found = await unit.SecretContent({ unit: "mysql/0", id: "", label: "db", revision: 0 });
    assert.deepEqual(found, { id, revision: 1, content: data, own: true, reads: 0, label: "" });
    const kept = JSON.stringify(await allRows(controller.store));
    assert.match(kept, new RegExp(id));
    for (const text of ["s3cr3t", data.password]) assert.equal(kept.includes(text), false);
    assert.equal(
      controller.logged.some((line) => /s3cr3t/.test(line)),
      false,
    );
  });

  test("a hook that wrote what cannot be changes nothing", async () => {
    await using controller = await startTestController(open);
    await using agent = await connectLeader(controller);
    const unit = agent.facade(UnitAgent);
    const commit = (...secrets: object[]) =>
      unit.Commit({
        ...{ unit: "mysql/0", sequence: 7, facts },
        changes: { ...noChanges, state: { seen: "yes" }, secrets: secrets as never },
      });
    const create = { kind: "create", id, content: data };
    const other = "0".repeat(20);
    const refused = [
      [{ ...create, id: "nosuch" }, '"nosuch" is not a secret\'s id'],
      [{ ...create, kind: "steal" }, "nobody can steal a secret"],
      [{ ...create, rotation: "often" }, 'rotate policy "often" not valid'],
      [{ ...create, expires: "soon" }, 'expire time "soon" not valid'],
      [{ kind: "remove", id: other, revision: 1 }, `secret "${other}" not found`],
    ] as const;
    for (const [write, message] of refused)
      await assert.rejects(commit(create, write), { message });
    assert.deepEqual((await unit.UnitData({ unit: "mysql/0" })).state, {});
    assert.deepEqual((await unit.Secrets({ unit: "mysql/0" })).secrets, []);
  });
});

async function connectLeader(controller: TestController): Promise<Connection> {
  const claim = { application: "mysql", unit: "mysql/0", seconds: 30, now };
  await controller.store.write(shop, (tx) => leadership.claim(tx, claim));
  return controller.connect("machine-0", shop);
}

function toBase64(text: string): string {
  return Buffer.from(text).toString("base64");
}
