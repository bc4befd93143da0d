import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { formatHardware, lookAtHost, refuseUnmet } from "./host.ts";

const host = { arch: "amd64", cores: 2, mem: 4096, rootDisk: 20480 };

test("a machine has what its host has", async () => {
  assert.equal(formatHardware(host), "arch=amd64 cores=2 mem=4096M root-disk=20480M");
  assert.equal(formatHardware({ ...host, rootDisk: 0 }), "arch=amd64 cores=2 mem=4096M");
  const { cores, mem, rootDisk } = await lookAtHost(tmpdir());
  assert.ok(cores > 0 && mem > 0 && rootDisk > 0);
});

test("constraints that the host meets, or that ask for nothing, are no obstacle", () => {
  refuseUnmet({ arch: "amd64", cores: 2, mem: 4096, "root-disk": 20480 }, host);
  refuseUnmet({ arch: "", cores: 0, mem: 0, tags: ["fast"] }, host);
  refuseUnmet({ "root-disk": 99_999 }, { ...host, rootDisk: 0 });
});

test("all constraints that the host does not meet are told, with what it has", () => {
  const asked = { arch: "arm64", cores: 3, mem: 4097, "root-disk": 20481 };
  assert.throws(() => refuseUnmet(asked, host), {
    code: "not supported",
    message:
      "this host does not meet arch=arm64 (it is amd64), cores=3 (it has 2), mem=4097M (it has 4096M), root-disk=20481M (it has 20480M)",
  });
});
