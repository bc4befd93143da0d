import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, hookOf, run } from "../testing.ts";

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

test("no metric is recorded in a hook that is not collect-metrics", async () => {
  const { hook } = hookOf();
  const text = "cannot record metric: metrics not allowed in this context";
  assert.deepEqual(await run(hook, "add-metric users=5 --labels a=b"), failed(1, text));
  const wrong = failed(2, 'expected "key=value", got "users"');
  assert.deepEqual(await run(hook, "add-metric users"), wrong);
});
