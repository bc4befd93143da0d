/** MachineManager: machines that are asked for by themselves. */
import { base, constraints, entity, placement, updateChannel, wireError } from "./common.ts";
import { bulk, facade, method } from "./facade.ts";
import { flag, integer, json, list, map, optional, record, text, type ValueOf } from "./wire.ts";

const tagged = record({ tag: text });

const destroyedMachine = record({
  "machine-id": text,
  "destroyed-units": list(tagged),
  "destroyed-storage": list(tagged),
  "detached-storage": list(tagged),
  "destroyed-containers": list(json),
});
export type DestroyedMachine = ValueOf<typeof destroyedMachine>;

export const MachineManager = facade(
  { name: "MachineManager", versions: [10, 11], scope: "model" },
  {
    /** What only clouds with containers, disks or hosts of their own can give is refused. */
    AddMachines: bulk(
      { access: "write", list: "params", results: "machines" },
      record({
        base: optional(base),
        constraints,
        jobs: list(text),
        placement: optional(placement),
        "parent-id": text,
        "container-type": text,
        disks: list(json),
        "instance-id": text,
        nonce: text,
        addresses: list(json),
        "hardware-characteristics": map(json),
      }),
      record({
        machine: text,
        /** Of Jumar alone: the constraints that nothing here can meet, and nobody heeds. */
        unsupported: optional(list(text)),
      }),
    ),
    /** With `keep`, the instances stay; `max-wait` is how many nanoseconds `force` waits for units. */
    DestroyMachineWithParams: method(
      "write",
      record({
        "machine-tags": list(text),
        force: flag,
        keep: flag,
        "dry-run": flag,
        "max-wait": optional(integer),
      }),
      record({
        results: list(record({ error: optional(json), info: optional(destroyedMachine) })),
      }),
    ),
    /** The units that would be told; `channel` is a base, or of one of Ubuntu what follows the `@`. */
    UpgradeSeriesValidate: bulk(
      { access: "read", list: "args", results: "Results" },
      updateChannel,
      record({ "unit-names": list(text) }),
    ),
    UpgradeSeriesPrepare: method("write", updateChannel, record({ error: optional(wireError) })),
    UpgradeSeriesComplete: method("write", updateChannel, record({ error: optional(wireError) })),
    /** A watcher, for `NotifyWatcher`, of what `GetUpgradeSeriesMessages` tells. */
    WatchUpgradeSeriesNotifications: bulk(
      { access: "read", list: "entities" },
      record({ tag: text }),
      record({ NotifyWatcherId: text }),
    ),
    /** What whoever has the watcher has not been told yet. */
    GetUpgradeSeriesMessages: bulk(
      { access: "read", list: "params" },
      record({ entity, "watcher-id": text }),
      record({
        result: list(text),
        /** Of Jumar alone: how far the upgrade is, as in `prepare completed`. */
        state: optional(text),
      }),
    ),
    /** Tries again to start instances that could not be started. */
    RetryProvisioning: method(
      "write",
      record({ machines: list(text), all: flag }),
      record({ results: list(record({ error: optional(json) })) }),
    ),
  },
);
