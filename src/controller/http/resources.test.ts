import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { Resources } from "#contract/resources.ts";
import { UnitAgent } from "#contract/unit-agent.ts";
import * as application from "#domain/application/application.ts";
import { metadata } from "#domain/resource/testing.ts";
import { deployApp, runAll, suiteOnEachStore } from "#domain/testing.ts";
import { usualBounds } from "../bounds.ts";
import { shop, startTestController, type TestController } from "../testing.ts";

const place = `/model/${shop}/applications/app/resources/data`;
const plain = { "Content-Type": "application/octet-stream" };

suiteOnEachStore("resources over HTTPS", (open) => {
  test("what is attached comes back byte for byte, to people and to the unit's machine", async () => {
    await using controller = await startWithApp(open);
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    const sent = await put(controller, { body: bytes });
    assert.equal(sent.status, 200);
    const sha384 = createHash("sha384").update(bytes).digest();
    const { resource } = sent.json() as { resource: Record<string, unknown> };
    const { timestamp, ...rest } = resource;
    assert.deepEqual(rest, {
      ...{ id: "app/data", "pending-id": "", application: "app", name: "data", type: "file" },
      ...{ path: "data.txt", description: "Some data.", origin: "upload", revision: 0 },
      ...{ fingerprint: sha384.toString("base64"), size: 5, username: "will" },
    });
    assert.equal(timestamp, controller.clock.now().toString());

    const got = await controller.request({ path: place, as: "user-rita" });
    assert.deepEqual([got.status, got.body], [200, bytes]);
    assert.deepEqual(
      [got.headers["content-type"], got.headers["content-sha384"]],
      ["application/octet-stream", sha384.toString("hex")],
    );
    assert.equal(got.headers["content-disposition"], "attachment; filename*=UTF-8''data.txt");
    assert.deepEqual((await getAsUnit(controller, "2")).body, bytes);
    assert.equal((await getAsUnit(controller, "1")).status, 401);
  });

  test("an empty file is a file", async () => {
    await using controller = await startWithApp(open);
    assert.equal((await put(controller, { body: "" })).status, 200);
    const { status, body } = await controller.request({ path: place, as: "user-rita" });
    assert.deepEqual([status, body.length], [200, 0]);
  });

  test("each attachment raises the version that makes units run upgrade-charm; a pending one does not", async () => {
    await using controller = await startWithApp(open);
    const versionOf = async () =>
      (await controller.store.read(shop, (tx) => application.get(tx, "app"))).modifiedVersion;
    const id = await addPending(controller);
    const waiting = await put(controller, { path: `${place}?pendingid=${id}` });
    assert.equal(waiting.status, 200);
    const { resource } = waiting.json() as { resource: Record<string, unknown> };
    assert.deepEqual([resource["pending-id"], resource.size], [id, 4]);
    assert.equal(await versionOf(), 1);
    assert.equal((await controller.request({ path: place, as: "user-rita" })).status, 404);

    await put(controller, { path: `${place}?pendingid=` });
    assert.equal(await versionOf(), 2);
  });

  test("what is not right is refused, and changes nothing", async () => {
    await using controller = await startWithApp(open);
    const pathOf = (name: string, of = "app") =>
      `/model/${shop}/applications/${of}/resources/${name}`;
    const disposition = (name: string) => `form-data; filename="${name}"`;
    const refusals: [Partial<Request>, number, string][] = [
      [{ path: pathOf("nosuch") }, 404, 'resource "nosuch" of application "app" not found'],
      [{ path: pathOf("data", "nobody") }, 404, 'application "nobody" not found'],
      [{ path: `${place}?pendingid=x` }, 404, 'pending resource "data" of application "app"'],
      [{ path: pathOf("%ff") }, 400, '"%ff" is not encoded as a URL is'],
      [{ headers: { "Content-Type": "text/plain" } }, 400, "expected Content-Type: application"],
      [
        { headers: { ...plain, "Content-Sha384": "abc" } },
        400,
        "resource does not have the fingerprint abc: it is ",
      ],
      [
        { headers: { ...plain, "Content-Disposition": disposition("/tmp/d.txt/data.zip") } },
        400,
        'incorrect extension on resource upload "data.zip", expected ".txt"',
      ],
    ];
    for (const [request, expected, reason] of refusals) {
      const { status, json } = await put(controller, request);
      const { error } = json() as { error: string };
      assert.deepEqual([status, error.slice(0, reason.length)], [expected, reason]);
    }
    const found = await controller.store.read(shop, (tx) => application.get(tx, "app"));
    assert.equal(found.modifiedVersion, 1);
    assert.equal((await controller.request({ path: place, as: "user-rita" })).status, 404);
  });

  test("the name of a file that is sent may be quoted or not, with a path or without", async () => {
    await using controller = await startWithApp(open);
    const sha384 = createHash("sha384").update("data").digest("hex");
    for (const disposition of [
      'form-data; filename="./some \\"folder\\"/x.txt"',
      "multipart/form-data; filename=/tmp/x.txt",
      "form-data",
    ]) {
      const headers = {
        "Content-Disposition": disposition,
        "Content-Sha384": sha384.toUpperCase(),
      };
      const { status, body } = await put(controller, { headers: { ...plain, ...headers } });
      assert.equal(status, 200, body.toString());
    }
  });

  test("an image is told by a file of any kind, which its units find as content.yaml", async () => {
    await using controller = await startWithApp(open);
    const headers = { ...plain, "Content-Disposition": 'multipart/form-data; filename="i.json"' };
    const path = `/model/${shop}/applications/app/resources/image`;
    assert.equal((await put(controller, { path, headers, body: "registrypath: x" })).status, 200);

    await using agent = await controller.connect("machine-2", shop);
    const found = await agent.facade(UnitAgent).Resource({ unit: "app/0", name: "image" });
    assert.deepEqual([found.path, found.size, found.fetched], ["content.yaml", 15, false]);
    const { sha256 } = found;
    await agent.facade(UnitAgent).ResourceFetched({ unit: "app/0", name: "image", sha256 });
    const again = await agent.facade(UnitAgent).Resource({ unit: "app/0", name: "image" });
    assert.deepEqual(again, { ...found, fetched: true });
  });

  test("a resource is bounded, and the bound is told before anything is sent", async () => {
    await using controller = await startWithApp(open);
    const size = usualBounds.resourceBytesMax + 1;
    const headers = { ...plain, "Content-Length": size };
    const { status, json } = await put(controller, { headers, body: undefined });
    const expected = `resource is larger than ${usualBounds.resourceBytesMax} bytes`;
    assert.deepEqual(
      [status, json()],
      [413, { error: expected, "error-code": "quota limit exceeded" }],
    );
  });
});

async function startWithApp(open: Parameters<typeof startTestController>[0]) {
  const controller = await startTestController(open);
  await deployApp(controller.store, shop, { name: "app", metadata });
  await runAll(controller.store, shop);
  return controller;
}

interface Request {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string | Uint8Array | undefined;
}

function put(controller: TestController, given: Partial<Request>) {
  const { path = place, headers = plain } = given;
  const body = "body" in given ? given.body : "data";
  return controller.request({
    ...{ method: "PUT", path, headers, as: "user-will" },
    ...(body === undefined ? {} : { body }),
  });
}

async function getAsUnit(controller: TestController, machine: string) {
  const password = await controller.agentPassword(shop, machine);
  const path = `/model/${shop}/units/unit-app-0/resources/data`;
  return controller.request({ path, as: `machine-${machine}`, password });
}

async function addPending(controller: TestController): Promise<string> {
  await using will = await controller.connect("user-will", shop);
  const resources = [{ name: "data", type: "file", path: "data.txt", origin: "upload" }];
  const { "pending-ids": ids } = await will.facade(Resources).AddPendingResources({
    tag: "application-app",
    resources: resources.map((each) => ({ ...each, revision: 0, fingerprint: "", size: 0 })),
  });
  return ids[0] ?? "";
}
