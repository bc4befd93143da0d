import assert from "node:assert/strict";
import { test } from "node:test";
import { Resources } from "#contract/resources.ts";
import { attach } from "#domain/resource/attach.ts";
import * as resource from "#domain/resource/resource.ts";
import { contentOf, metadata } from "#domain/resource/testing.ts";
import { deployApp, now, runAll, suiteOnEachStore } from "#domain/testing.ts";
import { shop, startTestController } from "../testing.ts";

suiteOnEachStore("the facade of resources", (open) => {
  test("resources are listed in Juju's shape, with what each unit has", async () => {
    await using controller = await startTestController(open);
    const { store } = controller;
    await deployApp(store, shop, { name: "app", metadata, units: 2 });
    await runAll(store, shop);
    const content = contentOf("one");
    await store.write(shop, async (tx) => {
      await attach(tx, { application: "app", name: "data", content, now });
      const fetched = { unit: "app/1", name: "data", sha256: content.sha256 };
      await resource.noteFetched(tx, fetched);
    });
    await using rita = await controller.connect("user-rita", shop);

    const listed = await rita.facade(Resources).ListResources({ tag: "application-app" });
    const rest = { "pending-id": "", application: "app", origin: "upload", revision: 0 };
    const data = {
      ...{ ...rest, id: "app/data", name: "data", type: "file", path: "data.txt" },
      ...{ description: "Some data.", size: 3, username: "jane", timestamp: now.toString() },
      fingerprint: Buffer.from(content.sha384, "hex").toString("base64"),
    };
    const image = {
      ...{ ...rest, id: "app/image", name: "image", type: "oci-image", path: "" },
      ...{ description: "", size: 0, username: "", timestamp: "0001-01-01T00:00:00Z" },
      fingerprint: "",
    };
    const own = { origin: "upload", revision: 0, size: 0, fingerprint: "" };
    assert.deepEqual(listed, {
      resources: [data, image],
      "charm-store-resources": [
        { ...own, name: "data", type: "file", path: "data.txt", description: "Some data." },
        { ...own, name: "image", type: "oci-image", path: "", description: "" },
      ],
      "unit-resources": [
        { tag: "unit-app-0", resources: [], "download-progress": {} },
        { tag: "unit-app-1", resources: [data], "download-progress": {} },
      ],
    });
    await assert.rejects(rita.facade(Resources).ListResources({ tag: "application-nobody" }), {
      code: "not found",
    });
  });
});
