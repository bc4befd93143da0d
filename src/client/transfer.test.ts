import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeAuthority, makeServerCertificate } from "#base/certificates.ts";
import { download, upload } from "./transfer.ts";

const now = Temporal.Now.instant();
const authority = await makeAuthority("test", now);
const names = { hosts: ["juju-apiserver"], addresses: ["127.0.0.1"] };
const { certificate, key } = await makeServerCertificate(authority, names, now);
/** Cuts every answer short, with the status that its path names, unless it is to be whole. */
const server = createServer({ cert: certificate, key }, (request, response) => {
  request.resume();
  if (request.url === "/whole") return void response.end("whole");
  response.writeHead(Number(request.url?.slice(1)), { "Content-Length": 1000 });
  response.write("{", () => response.destroy());
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
const peer = { address, caCertificate: authority.certificate, login: undefined };
const scratch = await mkdtempDisposable(join(tmpdir(), "jumar-transfer-"));
const file = join(scratch.path, "file");
after(async () => {
  server.close();
  await scratch.remove();
});
const signal = AbortSignal.timeout(30_000);
const cutShort = { code: "try again", message: /^transfer with 127\.0\.0\.1:\d+ failed: / };

for (const path of ["/200", "/404"]) {
  test(`a transfer that is cut in its answer ${path} can be tried again`, async () => {
    await assert.rejects(download(peer, { path, file }, signal), cutShort);
    await writeFile(file, "content");
    const sent = { path, file, headers: { "Content-Type": "text/plain" } };
    await assert.rejects(upload(peer, sent, signal), cutShort);
  });
}

test("a file that cannot be written is told as it is", async () => {
  const elsewhere = join(scratch.path, "nowhere", "file");
  await assert.rejects(download(peer, { path: "/whole", file: elsewhere }, signal), {
    code: "ENOENT",
  });
});
