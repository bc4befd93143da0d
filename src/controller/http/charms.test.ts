import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { metadataMember, type RawMember, zipOf } from "#charm/testing.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import { shop, startTestController, type TestController } from "../testing.ts";

const icon = '<svg xmlns="http://www.w3.org/2000/svg"/>';
const members: readonly RawMember[] = [
  metadataMember,
  { name: "docs/README.md", content: "# Blogs\n" },
  { name: "hooks/", mode: 0o040755 },
  { name: "icon.svg", content: icon },
];
const at = `/model/${shop}/charms`;
const url = "local:wordpress-0";

suiteOnEachStore("charms over HTTPS", (open) => {
  test("a charm is sent whole, as a list of what it has, or a file of it", async () => {
    await using controller = await startTestController(open);
    const archive = zipOf(members);
    await post(controller, archive);

    const whole = await get(controller, `${at}?url=${url}&file=*`);
    assert.deepEqual([whole.status, whole.headers["content-type"]], [200, "application/zip"]);
    assert.deepEqual(whole.body, archive);
    assert.deepEqual((await get(controller, `${at}?url=${url}`)).json(), {
      files: ["docs", "docs/README.md", "hooks", "icon.svg", "metadata.yaml", "revision"],
    });
    const readme = await get(controller, `${at}?url=${url}&file=docs/README.md`);
    assert.equal(readme.body.toString(), "# Blogs\n");
    assert.equal(readme.headers["content-type"], "text/markdown; charset=utf-8");
    for (const file of ["nosuch", "hooks", "../etc/passwd", "/etc/passwd"]) {
      const { status, json } = await get(controller, `${at}?url=${url}&file=${file}`);
      assert.equal(status, 404);
      assert.deepEqual(json(), { error: `charm has no file "${file}"`, "error-code": "not found" });
    }
  });

  test("every charm has an icon, its own or a plain one", async () => {
    await using controller = await startTestController(open);
    await post(controller, zipOf(members));
    await post(controller, zipOf([metadataMember]));

    const own = await get(controller, `${at}?url=${url}&icon=1`);
    assert.deepEqual([own.body.toString(), own.headers["content-type"]], [icon, "image/svg+xml"]);
    assert.match(`${own.headers["content-security-policy"]}`, /sandbox/);
    const plain = await get(controller, `${at}?url=local:wordpress-1&icon=1`);
    assert.match(plain.body.toString(), /^<svg .*<\/svg>$/);
  });

  test("a charm may be sent and asked for under the digest of its archive", async () => {
    await using controller = await startTestController(open);
    const archive = zipOf(members);
    const hash = createHash("sha256").update(archive).digest("hex").slice(0, 7);
    const put = (name: string) =>
      send(controller, { method: "PUT", path: `/model-${shop}/charms/${name}`, body: archive });
    const wrong = await put("wordpress-0000000");
    assert.equal(wrong.status, 400);
    assert.match(wrong.body.toString(), /was to have a SHA-256 that begins with 0000000: it is /);
    assert.equal((await put("wordpress")).status, 400);
    assert.equal((await get(controller, `${at}?url=${url}`)).status, 404);

    const sent = await put(`wordpress-${hash}`);
    assert.deepEqual([sent.status, sent.headers["juju-curl"]], [200, url]);
    const got = await get(controller, `/model-${shop}/charms/wordpress-${hash}`);
    assert.deepEqual(got.body, archive);
    assert.equal((await get(controller, `/model-${shop}/charms/mysql-${hash}`)).status, 404);
  });
});

function get(controller: TestController, path: string) {
  return controller.request({ path, as: "user-rita" });
}

function post(controller: TestController, body: Uint8Array) {
  return send(controller, { method: "POST", path: at, body });
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array;
}

function send(controller: TestController, sent: Sent) {
  const headers = { "Content-Type": "application/zip" };
  return controller.request({ ...sent, as: "user-will", headers });
}
