import assert from "node:assert/strict";
import { test } from "node:test";
import { formatConstraints, parseConstraints } from "./constraints.ts";

test("constraints are read from any number of texts, sizes in MiB", () => {
  const texts = ["arch=amd64 cores=4", "mem=1.5G  root-disk=20480", "tags=a,^b zones=z1,z2"];
  assert.deepEqual(parseConstraints(texts), {
    ...{ arch: "amd64", cores: 4, mem: 1536, "root-disk": 20480 },
    ...{ tags: ["a", "^b"], zones: ["z1", "z2"] },
  });
  assert.deepEqual(parseConstraints(["cpu-cores=2 allocate-public-ip=true spaces=alpha,^dmz"]), {
    ...{ cores: 2, "allocate-public-ip": true, spaces: ["alpha", "^dmz"] },
  });
  assert.deepEqual(parseConstraints([" "]), {});
});

test("an empty value stands for none, other than no constraint at all", () => {
  assert.deepEqual(parseConstraints(["mem= arch= tags= cores="]), {
    ...{ mem: 0, arch: "", tags: [], cores: 0 },
  });
  assert.equal(formatConstraints({ mem: 0, arch: "", tags: [] }), "arch= mem= tags=");
});

test("what is written is read again as the same, in one order", () => {
  const text =
    "arch=amd64 container=lxd cores=2 cpu-power=100 instance-role=r instance-type=m1 mem=4096M " +
    "root-disk=8192M root-disk-source=pool tags=a,b spaces=alpha virt-type=kvm zones=z " +
    "allocate-public-ip=false image-id=i-1";
  const words = text.split(" ").toReversed();
  assert.equal(formatConstraints(parseConstraints(words)), text);
  assert.equal(formatConstraints({}), "");
});

test("what is no constraint is refused in Juju's words", () => {
  for (const [text, message] of [
    ["mem", 'malformed constraint "mem"'],
    ["=4G", 'malformed constraint "=4G"'],
    ["mem=4G mem=4G", 'bad "mem" constraint: already set'],
    ["cores=4 cpu-cores=4", 'bad "cores" constraint: already set'],
    ["cores=-1", 'bad "cores" constraint: must be a non-negative integer'],
    ["cpu-power=fast", 'bad "cpu-power" constraint: must be a non-negative integer'],
    ["mem=4K", 'bad "mem" constraint: must be a non-negative float with optional M/G/T/P suffix'],
    ["allocate-public-ip=yes", `bad "allocate-public-ip" constraint: must be 'true' or 'false'`],
    ["spaces=a,b_c", 'bad "spaces" constraint: "b_c" is not a valid space name'],
    ["container=kvm", 'bad "container" constraint: invalid container type "kvm": lxd, none'],
  ] as const) {
    assert.throws(() => parseConstraints([text]), { code: "not valid", message });
  }
  assert.throws(() => parseConstraints(["arch=mips"]), {
    message: /^bad "arch" constraint: "mips" not recognized: amd64, arm64, /,
  });
  for (const name of ["colour", "constructor", "__proto__"]) {
    assert.throws(() => parseConstraints([`${name}=1`]), {
      message: new RegExp(`^unknown constraint "${name}": expected one of arch, `),
    });
  }
});
