import assert from "node:assert/strict";
import { test } from "node:test";
import { controllerScope } from "../scope.ts";
import { suiteOnEachStore } from "../testing.ts";
import * as agentBinary from "./agent-binary.ts";

const binary: agentBinary.AgentBinary = {
  ...{ version: "3.6.100", os: "ubuntu", arch: "amd64" },
  ...{ sha256: "abc", size: 3_000_000_000 },
};

suiteOnEachStore("agent binaries", (openStore) => {
  test("a binary is found by its version and what it runs on", async () => {
    await using store = await openStore();
    await store.write(controllerScope, (tx) => agentBinary.add(tx, binary));
    const get = (name: string) => store.read(controllerScope, (tx) => agentBinary.get(tx, name));

    assert.deepEqual(await get("3.6.100-ubuntu-amd64"), binary);
    await assert.rejects(get("3.6.100-ubuntu-arm64"), {
      code: "not found",
      message: "no matching agent binaries available: 3.6.100-ubuntu-arm64",
    });
  });

  test("adding the same binary again changes nothing", async () => {
    await using store = await openStore();
    for (let times = 0; times < 2; times++) {
      await store.write(controllerScope, (tx) => agentBinary.add(tx, binary));
    }

    assert.deepEqual(await store.read(controllerScope, agentBinary.list), [binary]);
    assert.equal(await store.latestChange(controllerScope), 1);
  });

  test("other bytes cannot take the name of a binary that machines may run", async () => {
    await using store = await openStore();
    await store.write(controllerScope, (tx) => agentBinary.add(tx, binary));

    await assert.rejects(
      store.write(controllerScope, (tx) => agentBinary.add(tx, { ...binary, sha256: "def" })),
      {
        code: "already exists",
        message: "agent binary 3.6.100-ubuntu-amd64 already exists with SHA-256 abc",
      },
    );
    assert.deepEqual(await store.read(controllerScope, agentBinary.list), [binary]);
  });

  test("binaries are listed from the oldest version to the newest", async () => {
    await using store = await openStore();
    const versions = ["3.6.100", "3.10.0", "3.6.9", "3.6-rc2", "3.6.100.1"];
    for (const version of versions) {
      await store.write(controllerScope, (tx) => agentBinary.add(tx, { ...binary, version }));
    }

    const listed = await store.read(controllerScope, agentBinary.list);
    assert.deepEqual(
      listed.map(({ version }) => version),
      ["3.6-rc2", "3.6.9", "3.6.100", "3.6.100.1", "3.10.0"],
    );
  });
});
