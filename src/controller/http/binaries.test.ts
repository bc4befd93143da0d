import assert from "node:assert/strict";
import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeFolder } from "#base/files.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import { packBundle } from "#release/bundle.ts";
import { startTestController, type TestController } from "../testing.ts";

const name = "3.6.200-ubuntu-amd64";

suiteOnEachStore("agent binaries over HTTPS", (open) => {
  test("what is sent comes back byte for byte, and may be sent again", async () => {
    await using controller = await startTestController(open);
    const bundle = await pack("#!/bin/sh\n");

    assert.deepEqual([await send(controller, bundle), await send(controller, bundle)], [200, 200]);
    const { status, body } = await controller.request({ path: `/tools/${name}` });
    assert.equal(status, 200);
    assert.deepEqual(body, bundle);
  });

  test("what no machine could unpack is refused, and nothing is known of it", async () => {
    await using controller = await startTestController(open);

    assert.deepEqual([await send(controller, "x"), await send(controller, "")], [400, 400]);
    const { status } = await controller.request({ path: `/tools/${name}` });
    assert.equal(status, 404);
  });

  test("a version never becomes other bytes than it was", async () => {
    await using controller = await startTestController(open);
    await send(controller, await pack("#!/bin/sh\n"));

    assert.equal(await send(controller, await pack("#!/bin/bash\n")), 400);
  });
});

/** The answer's status. */
async function send(controller: TestController, body: string | Uint8Array): Promise<number> {
  const { status } = await controller.request({
    ...{ method: "POST", path: `/tools?binaryVersion=${name}`, as: "user-boss", body },
    headers: { "content-type": "application/x-tar-gz" },
  });
  return status;
}

/** A bundle whose members all have that content. */
async function pack(content: string): Promise<Uint8Array> {
  await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-"));
  const from = join(scratch.path, "from");
  await makeFolder(from);
  for (const member of ["jumard", "launcher.sh", "hook-tool"]) {
    await writeFile(join(from, member), content);
  }
  const binary = { version: "3.6.200", os: "ubuntu", arch: "amd64" };
  const { path } = await packBundle(binary, { from, to: scratch.path });
  return await readFile(path);
}
