/** What the controller is told of a unit with each operation that is over. */
import type { UnitFacts } from "#contract/unit-agent.ts";
import { isRelationHook } from "../hook.ts";
import type { DeployOperation, HookOperation, UnitState } from "../state.ts";
import { upgradeFacts } from "./machine-upgrade.ts";

export function toFacts(operation: DeployOperation | HookOperation, after: UnitState): UnitFacts {
  const hook = operation.kind === "hook" ? operation.hook : undefined;
  const isDetached = hook?.kind === "storage-detaching";
  const isBroken = hook !== undefined && isRelationHook(hook) && hook.kind === "relation-broken";
  return {
    became: hook?.kind === "install" ? "installed" : "",
    ...(isBroken ? { "left-relation": hook.relation } : {}),
    ...(hook?.kind === "secret-rotate"
      ? { rotated: { id: hook.secret, revision: hook.revision } }
      : {}),
    ...(isDetached ? { "detached-storage": hook.storage } : {}),
    ...upgradeFacts(hook, after),
    charm: after.charm?.url ?? "",
    "modified-version": after.charm?.modifiedVersion ?? 0,
    settled: after.isSettled,
  };
}
