import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, hookOf, run, silent } from "../testing.ts";

const payloads = { db: "docker", box: "kvm" };

test("a payload is registered under a class of the charm's, with labels, and said to be so or gone", async () => {
  const { hook, told } = hookOf({ payloads });
  assert.deepEqual(await run(hook, "payload-register docker db c1 big new"), silent);
  assert.deepEqual(await run(hook, "payload-status-set db c1 stopping"), silent);
  assert.deepEqual(await run(hook, "payload-unregister db c1"), silent);
  const named = { class: "db", id: "c1" };
  assert.deepEqual(told, [
    ["registerPayload", { ...named, type: "docker", labels: ["big", "new"] }],
    ["setPayloadStatus", { ...named, status: "stopping" }],
    ["unregisterPayload", named],
  ]);
});

test("a class or type that the charm does not have is refused, and so is too little", async () => {
  const { hook, told } = hookOf({ payloads });
  for (const [line, code, text] of [
    ["payload-register docker web c1", 1, 'payload "web" not found in metadata.yaml'],
    ["payload-register docker toString c1", 1, 'payload "toString" not found in metadata.yaml'],
    ["payload-register kvm db c1", 1, 'incorrect type "kvm" for payload "db", expected "docker"'],
    ["payload-register docker db", 2, "no id specified"],
    ["payload-status-set db c1", 2, "no status specified"],
    ["payload-unregister db", 2, "no id specified"],
  ] as const) {
    assert.deepEqual(await run(hook, line), failed(code, text), line);
  }
  assert.deepEqual(told, []);
});
