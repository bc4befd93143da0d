import assert from "node:assert/strict";
import { test } from "node:test";
import { Charms } from "#contract/charms.ts";
import { addCharm, suiteOnEachStore } from "#domain/testing.ts";
import { shop, startTestController } from "../testing.ts";

const metadata = `
extra-bindings: {admin: }
terms: [licence/1]
min-juju-version: "3.1"
storage:
  data: {type: filesystem, location: /srv, minimum-size: 1G, multiple: {range: 1+}}
resources:
  image: {filename: image.tgz, description: An image.}
`;

suiteOnEachStore("the facade of charms", (open) => {
  test("a charm is described in Juju's shape, with what it declares", async () => {
    await using controller = await startTestController(open);
    const lxdProfile = "config: {security.nesting: true}";
    await addCharm(controller.store, shop, { name: "app", metadata, lxdProfile });
    await using rita = await controller.connect("user-rita", shop);

    const info = await rita.facade(Charms).CharmInfo({ url: "local:app-0" });
    assert.deepEqual(info["lxd-profile"], {
      ...{ description: "", config: { "security.nesting": "true" }, devices: {} },
    });
    const { meta } = info;
    assert.deepEqual(
      [meta["extra-bindings"], meta.terms, meta["min-juju-version"]],
      [{ admin: "admin" }, ["licence/1"], "3.1"],
    );
    assert.deepEqual(meta.storage, {
      data: {
        ...{ name: "data", description: "", type: "filesystem", shared: false, location: "/srv" },
        ...{ "read-only": false, "count-min": 1, "count-max": -1, "minimum-size": 1024 },
        properties: [],
      },
    });
    assert.deepEqual(meta.resources, {
      image: { name: "image", type: "file", path: "image.tgz", description: "An image." },
    });
  });
});
