import assert from "node:assert/strict";
import { mkdtempDisposable, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { systemClock } from "#base/clock.ts";
import { byText } from "#base/order.ts";
import { lockName } from "./lock.ts";
import { ClientStore, type KnownController } from "./store.ts";

const known: KnownController = {
  uuid: "0f0c0000-0000-4000-8000-000000000001",
  addresses: ["127.0.0.1:17070"],
  caCertificate: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
  ...{ cloud: "local", region: "localhost", type: "local", agentVersion: "3.6.100" },
};
const shop = "7b0f0000-0000-4000-8000-000000000001";

test("what is kept is in the files, and the words, of Juju, for nobody else's eyes", async () => {
  await using place = await newPlace();
  const { files, textOf } = place;
  await files.saveController("mine", known);
  await files.setCurrentController("mine");
  await files.saveAccount("mine", { user: "admin", password: "secret", access: "superuser" });
  await files.saveModels("mine", new Map([["admin/shop", shop]]));
  await files.setCurrentModel("mine", "admin/shop");

  assert.equal(
    await textOf("controllers.yaml"),
    `controllers:
  mine:
    uuid: ${known.uuid}
    api-endpoints:
    - 127.0.0.1:17070
    ca-cert: |
      -----BEGIN CERTIFICATE-----
      AAAA
      -----END CERTIFICATE-----
    cloud: local
    region: localhost
    type: local
    agent-version: 3.6.100
    controller-machine-count: 1
    active-controller-machine-count: 1
current-controller: mine
`,
  );
  assert.equal(
    await textOf("accounts.yaml"),
    "controllers:\n  mine:\n    user: admin\n    password: secret\n    last-known-access: superuser\n",
  );
  assert.equal(
    await textOf("models.yaml"),
    `controllers:
  mine:
    models:
      admin/shop:
        uuid: ${shop}
        type: iaas
        branch: ""
    current-model: admin/shop
`,
  );
  for (const name of ["controllers.yaml", "accounts.yaml", "models.yaml"]) {
    assert.equal((await stat(join(place.folder, name))).mode & 0o777, 0o600, name);
  }
});

test("what another client of Juju keeps in the files is read, and stays", async () => {
  await using place = await newPlace();
  await writeFile(
    join(place.folder, "controllers.yaml"),
    "controllers:\n  other: {uuid: u, api-endpoints: ['10.0.0.5:17070'], ca-cert: c, dns-cache: {a: [b]}}\n" +
      "current-controller: other\nhas-controller-changed-on-previous-switch: true\n",
  );
  assert.deepEqual(await place.files.listControllers(), ["other"]);
  assert.deepEqual((await place.files.controller("other")).addresses, ["10.0.0.5:17070"]);

  await place.files.saveController("mine", known);
  await place.files.saveController("other", known);

  const text = await place.textOf("controllers.yaml");
  assert.match(text, /dns-cache:\n +a:\n +- b\n/);
  assert.match(text, /^has-controller-changed-on-previous-switch: true$/m);
  assert.equal(await place.files.currentController(), "other");
});

test("a controller has a file of cookies, since python-libjuju wants one, and those in it stay", async () => {
  await using place = await newPlace();
  await place.files.saveController("mine", known);
  assert.equal(await place.textOf("cookies/mine.json"), "[]\n");
  await writeFile(join(place.folder, "cookies", "mine.json"), '[{"Name": "m"}]');
  await place.files.saveController("mine", known);
  assert.equal(await place.textOf("cookies/mine.json"), '[{"Name": "m"}]');
});

test("a controller that is forgotten leaves nothing, and the others as they were", async () => {
  await using place = await newPlace();
  for (const name of ["mine", "other"]) {
    await place.files.saveController(name, known);
    await place.files.saveAccount(name, { user: "admin", password: name, access: "login" });
    await place.files.saveModels(name, new Map([["admin/shop", shop]]));
  }
  await place.files.setCurrentController("mine");

  await place.files.removeController("mine");

  assert.deepEqual(await readdir(join(place.folder, "cookies")), ["other.json"]);
  assert.deepEqual(await place.files.listControllers(), ["other"]);
  assert.equal(await place.files.currentController(), undefined);
  assert.equal(await place.files.findAccount("mine"), undefined);
  assert.equal((await place.files.findAccount("other"))?.password, "other");
  await assert.rejects(place.files.controller("mine"), {
    code: "not found",
    message: "controller mine not found",
  });
});

test("a damaged file is named, stays as it is, and half of one is no reason to fall over", async () => {
  await using place = await newPlace();
  const path = join(place.folder, "models.yaml");
  const refusals = {
    "controllers: [mine":
      /^cannot read .*models\.yaml: invalid YAML: .*; mend the file, or remove it$/,
    "- mine": /models\.yaml is not a file of this client: it is no map$/,
  };
  for (const [text, message] of Object.entries(refusals)) {
    await writeFile(path, text);
    const again = place.reopen();
    await assert.rejects(again.models("mine"), { code: "not valid", message });
    await assert.rejects(again.saveModels("mine", new Map()), { code: "not valid", message });
    assert.equal(await readFile(path, "utf8"), text);
  }
  await writeFile(path, "controllers: {mine: {models: {admin/shop: }, current-model: }}");
  const again = place.reopen();
  assert.deepEqual(await again.models("mine"), new Map([["admin/shop", ""]]));
  assert.equal(await again.currentModel("mine"), undefined);
});

test("commands that change the files at the same time lose nothing of each other", async () => {
  await using place = await newPlace();
  const names = Array.from({ length: 20 }, (_, number) => `controller-${number}`);
  await Promise.all(names.map((name) => place.reopen().saveController(name, known)));
  assert.deepEqual(await place.reopen().listControllers(), names.toSorted(byText));
  assert.deepEqual((await readdir(place.folder)).toSorted(), [
    lockName,
    "controllers.yaml",
    "cookies",
  ]);
});

test("what was changed is read again, even if it was read before", async () => {
  await using place = await newPlace();
  assert.deepEqual(await place.files.listControllers(), []);
  const changing = place.files.saveController("mine", known);
  await place.files.listControllers();
  await changing;
  assert.deepEqual(await place.files.listControllers(), ["mine"]);
});

async function newPlace() {
  const { path: folder, remove } = await mkdtempDisposable(join(tmpdir(), "jumar-client-"));
  const reopen = () => new ClientStore(folder, systemClock);
  return {
    ...{ folder, reopen, files: reopen() },
    textOf: (name: string) => readFile(join(folder, name), "utf8"),
    [Symbol.asyncDispose]: remove,
  };
}
