/** Hooks: the scripts that a charm may have, one for each thing that can happen to a unit. */
import { endpointsOf, type Metadata } from "./metadata.ts";

const unitHooks = [
  "install",
  "start",
  "config-changed",
  "upgrade-charm",
  "stop",
  "remove",
  "leader-elected",
  "leader-deposed",
  "leader-settings-changed",
  "update-status",
  "pre-series-upgrade",
  "post-series-upgrade",
  "collect-metrics",
  "meter-status-changed",
  "secret-changed",
  "secret-expired",
  "secret-remove",
  "secret-rotate",
];
const relationHooks = [
  "relation-created",
  "relation-joined",
  "relation-changed",
  "relation-departed",
  "relation-broken",
];
const storageHooks = ["storage-attached", "storage-detaching"];
const containerHooks = [
  "pebble-ready",
  "pebble-custom-notice",
  "pebble-check-failed",
  "pebble-check-recovered",
];

const hooksFolder = "hooks/";

/** The names of all hooks that this charm can have, whether or not it has them. */
export function hookNames(metadata: Metadata): ReadonlySet<string> {
  return new Set([
    ...unitHooks,
    ...prefixed(endpointsOf(metadata).keys(), relationHooks),
    ...prefixed(Object.keys(metadata.storage), storageHooks),
    ...prefixed(metadata.containers, containerHooks),
  ]);
}

function prefixed(names: Iterable<string>, kinds: readonly string[]): string[] {
  return Array.from(names).flatMap((name) => kinds.map((kind) => `${name}-${kind}`));
}

/** Whether an agent runs this file of the charm, so that it must be executable. */
export function isRunByAgent(path: string, hooks: ReadonlySet<string>): boolean {
  if (path === "dispatch") return true;
  return path.startsWith(hooksFolder) && hooks.has(path.slice(hooksFolder.length));
}
