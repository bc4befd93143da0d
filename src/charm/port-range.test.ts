import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPortRange } from "./port-range.ts";

test("a port range is written as people write it", () => {
  assert.equal(formatPortRange({ protocol: "tcp", from: 80, to: 80 }), "80/tcp");
  assert.equal(formatPortRange({ protocol: "udp", from: 8000, to: 8010 }), "8000-8010/udp");
  assert.equal(formatPortRange({ protocol: "icmp", from: -1, to: -1 }), "icmp");
});
