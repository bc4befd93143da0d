import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, hookOf, run, silent } from "../testing.ts";

test("the tools of a Kubernetes cluster are there on a machine, and say that they cannot be used", async () => {
  for (const line of [
    ...["pod-spec-set --file spec.yaml --k8s-resources more.yaml", "pod-spec-get"],
    ...["k8s-spec-set --file -", "k8s-spec-get", "k8s-raw-set --file raw.yaml", "k8s-raw-get"],
  ]) {
    const [name] = line.split(" ");
    const text = `cannot run ${name}: this unit is on a machine`;
    assert.deepEqual(await run(hookOf().hook, line), failed(1, text), line);
  }
});

test("metrics are recorded with their labels, wherever the tool is called as it is to be", async () => {
  const { hook, told } = hookOf({ isRestricted: true });
  assert.deepEqual(await run(hook, "add-metric users=5 load=1 --labels a=b,c=d"), silent);
  assert.deepEqual(told, [["recordMetrics", { users: "5", load: "1" }, { a: "b", c: "d" }]]);
  for (const [line, text] of [
    ["add-metric users", 'expected "key=value", got "users"'],
    ["add-metric", "no metrics specified"],
    ["add-metric users=5 --labels a", 'expected "key=value", got "a"'],
  ] as const) {
    assert.deepEqual(await run(hook, line), failed(2, text));
  }
  const refused = "cannot run config-get: not implemented for restricted context";
  assert.deepEqual(await run(hook, "config-get"), failed(1, refused));
  assert.equal((await run(hook, "config-get --help")).code, 0);
});
