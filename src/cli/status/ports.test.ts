import assert from "node:assert/strict";
import { test } from "node:test";
import { formatPorts } from "./ports.ts";

test("the ports of a protocol are listed once, in the order of their numbers", () => {
  assert.equal(formatPorts(["443/tcp", "80/tcp"]), "80,443/tcp");
  assert.equal(formatPorts(["15672/tcp", "5672/tcp"]), "5672,15672/tcp");
  assert.equal(formatPorts(["80/tcp", "80/tcp"]), "80/tcp");
});

test("ranges stay ranges, and ports that touch become one", () => {
  assert.equal(formatPorts(["8000-8010/tcp"]), "8000-8010/tcp");
  assert.equal(formatPorts(["8775/tcp", "8774/tcp", "80/tcp"]), "80,8774-8775/tcp");
  assert.equal(formatPorts(["10-20/tcp", "12-13/tcp", "22/tcp"]), "10-20,22/tcp");
});

test("protocols are apart by a space, and one without ports is its name", () => {
  assert.equal(formatPorts(["53/udp", "53/tcp"]), "53/tcp 53/udp");
  assert.equal(formatPorts(["3000/udp", "icmp", "80/tcp"]), "icmp 80/tcp 3000/udp");
});

test("no ports are no text", () => {
  assert.equal(formatPorts([]), "");
});
