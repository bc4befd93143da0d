/** UnitAgent: what units ask and tell, on behalf of their hooks. */
import { cloudSpec } from "./common.ts";
import { facade, method } from "./facade.ts";
import { taskDetails, taskEnding } from "./task.ts";
import {
  flag,
  integer,
  json,
  list,
  map,
  nothing,
  optional,
  record,
  text,
  type ValueOf,
} from "./wire.ts";

const relationSettings = record({
  relation: integer,
  /** Whether these are the application's settings, which only the leader may write. */
  application: flag,
  /** An empty value removes the key. */
  settings: map(text),
});

const portRange = record({
  /** Empty for all endpoints. */
  endpoint: text,
  protocol: text,
  from: integer,
  to: integer,
});

/** Of what its `kind` needs, and nothing more. */
const secretWrite = record({
  /** `create`, `update`, `consume`, `grant`, `revoke` or `remove`. */
  kind: text,
  id: text,
  /** Of one that is made: `application` or `unit`. */
  owner: optional(text),
  /** Values in base64; those that are left out stay as they are. */
  content: optional(map(text)),
  label: optional(text),
  description: optional(text),
  rotation: optional(text),
  expires: optional(text),
  /** That is read, where 0 is the latest, or that goes, where 0 is all of them. */
  revision: optional(integer),
  relation: optional(integer),
  application: optional(text),
  unit: optional(text),
});
export type SecretWrite = ValueOf<typeof secretWrite>;

/** A secret that the unit may change. */
const managedSecret = record({
  id: text,
  /** `application` or `unit`. */
  owner: text,
  label: text,
  description: text,
  revision: integer,
  /** Those that there are still; a controller before this one did not say. */
  revisions: optional(list(integer)),
  rotation: text,
  /** When it is to be rotated, and when its latest revision ends; empty for never. */
  rotates: text,
  expires: text,
  access: list(record({ target: text, scope: text, role: text })),
});
export type ManagedSecret = ValueOf<typeof managedSecret>;

const secretContent = record({
  id: text,
  revision: integer,
  /** Values in base64. */
  content: map(text),
  /** Whether its label is its owner's, which is the unit or its application. */
  own: flag,
  /** The revision that the unit reads, and what it calls the secret; 0 while it reads none. */
  reads: integer,
  label: text,
});
export type SecretFound = ValueOf<typeof secretContent>;

const storageWish = record({ name: text, count: integer });
export type StorageWish = ValueOf<typeof storageWish>;

const measurement = record({ key: text, value: text, time: text, labels: map(text) });
export type Measurement = ValueOf<typeof measurement>;

const hookChanges = record({
  relations: list(relationSettings),
  "open-ports": list(portRange),
  "close-ports": list(portRange),
  /** An empty value removes the key. */
  state: map(text),
  /** In the order in which they were written. */
  secrets: list(secretWrite),
  /** What the hook wants more of, store by store. */
  "add-storage": optional(list(storageWish)),
  /** What the charm has measured. */
  metrics: optional(list(measurement)),
});
export type HookChanges = ValueOf<typeof hookChanges>;

const unitFacts = record({
  /** What the unit has become: `installed`, `started`, `stopped`, or nothing new. */
  became: text,
  /** The relation that the unit has left, after `relation-broken`. */
  "left-relation": optional(integer),
  /** The storage that the unit has given away, after `storage-detaching`. */
  "detached-storage": optional(text),
  /** The charm that the unit runs. */
  charm: text,
  "modified-version": integer,
  /** Whether the hooks that follow an upgrade have run. */
  settled: flag,
  /** After `secret-rotate`: the secret, and what the latest revision was when the hook began. */
  rotated: optional(record({ id: text, revision: integer })),
  /** After `pre-series-upgrade` and `post-series-upgrade`; the stage is `prepared` or `completed`. */
  "machine-upgrade": optional(record({ number: integer, stage: text })),
});
export type UnitFacts = ValueOf<typeof unitFacts>;

const goal = record({ status: text, since: text });

const goalState = record({ units: map(goal), relations: map(map(goal)) });
export type GoalState = ValueOf<typeof goalState>;

export type CloudSpec = ValueOf<typeof cloudSpec>;

const statusScopes = ["agent", "workload", "application"] as const;
export type StatusScope = (typeof statusScopes)[number];

const status = record({ status: text, info: text, data: map(json), since: text });

export const UnitAgent = facade(
  { name: "UnitAgent", versions: [1], scope: "model" },
  {
    /**
     * What a hook that has succeeded wrote, in one transaction, and what became of the unit. A
     * `sequence` that has been committed before changes nothing.
     */
    Commit: method(
      { access: "unit", on: "unit" },
      record({ unit: text, sequence: integer, changes: hookChanges, facts: unitFacts }),
      nothing,
    ),
    /** `scope` is `agent`, `workload` or, for the leader, `application`. */
    SetStatus: method(
      { access: "unit", on: "unit" },
      record({ unit: text, scope: text, status: text, info: text, data: map(json) }),
      nothing,
    ),
    Status: method(
      { access: "unit", on: "unit" },
      record({ unit: text }),
      record({ workload: status, application: status, units: map(status) }),
    ),
    SetWorkloadVersion: method(
      { access: "unit", on: "unit" },
      record({ unit: text, version: text }),
      nothing,
    ),
    /** Settings of `member`: a unit's, or an application's, in a relation of the unit's. */
    RelationSettings: method(
      { access: "unit", on: "unit" },
      record({ unit: text, relation: integer, member: text }),
      record({ settings: map(text) }),
    ),
    /**
     * What a hook may want to know of its unit, read once for each hook that asks, and the number of the
     * unit's last commit, for an agent that has lost what it knew.
     */
    UnitData: method(
      { access: "unit", on: "unit" },
      record({ unit: text }),
      record({ ports: list(portRange), state: map(text), sequence: optional(integer) }),
    ),
    /** Fails with `not valid` unless the application is trusted. */
    CloudSpec: method({ access: "unit", on: "unit" }, record({ unit: text }), cloudSpec),
    /** Those of the unit, and if it leads those of its application. */
    Secrets: method(
      { access: "unit", on: "unit" },
      record({ unit: text }),
      record({ secrets: list(managedSecret) }),
    ),
    /**
     * A secret's content, which is named by its id or its label. `revision` is the one that is asked
     * for; 0 for the one that the unit reads, which at first is the latest, and -1 for the latest.
     */
    SecretContent: method(
      { access: "unit", on: "unit" },
      record({ unit: text, id: text, label: text, revision: integer }),
      secretContent,
    ),
    /** Where the unit's storage is; without a location, `message` says why it is nowhere. */
    ReportStorage: method(
      { access: "unit", on: "unit" },
      record({ unit: text, storage: text, location: text, message: text }),
      nothing,
    ),
    /** The unit gives away storage of which its charm has never heard. */
    ReleaseStorage: method(
      { access: "unit", on: "unit" },
      record({ unit: text, storage: text }),
      nothing,
    ),
    GoalState: method({ access: "unit", on: "unit" }, record({ unit: text }), goalState),
    /**
     * Takes or renews leadership for `seconds`. Fails with `leadership claim denied` while another
     * unit has it.
     */
    ClaimLeadership: method(
      { access: "unit", on: "unit" },
      record({ unit: text, seconds: integer }),
      nothing,
    ),
    /** What the application's leader has told its other units. */
    LeaderSettings: method(
      { access: "unit", on: "unit" },
      record({ unit: text }),
      record({ settings: map(text) }),
    ),
    /** An empty value removes its key. Fails with `leadership claim denied` unless the unit leads. */
    SetLeaderSettings: method(
      { access: "unit", on: "unit" },
      record({ unit: text, settings: map(text) }),
      nothing,
    ),
    RegisterPayload: method(
      { access: "unit", on: "unit" },
      record({ unit: text, class: text, id: text, type: text, labels: list(text) }),
      nothing,
    ),
    SetPayloadStatus: method(
      { access: "unit", on: "unit" },
      record({ unit: text, class: text, id: text, status: text }),
      nothing,
    ),
    UnregisterPayload: method(
      { access: "unit", on: "unit" },
      record({ unit: text, class: text, id: text }),
      nothing,
    ),
    /** Agents of 3.6.100 call it for a unit that is to go; later ones keep the lease to the end. */
    ResignLeadership: method({ access: "unit", on: "unit" }, record({ unit: text }), nothing),
    /** The task runs from now on. Fails with `not valid` for one that is not to run any more. */
    BeginTask: method(
      { access: "unit", on: "unit" },
      record({ unit: text, task: integer }),
      taskDetails,
    ),
    /** What the task says of itself while it runs. */
    LogTask: method(
      { access: "unit", on: "unit" },
      record({ unit: text, task: integer, message: text }),
      nothing,
    ),
    /** How it ended; to say it again changes nothing. */
    FinishTask: method(
      { access: "unit", on: "unit" },
      record({ unit: text, ending: taskEnding }),
      nothing,
    ),
    /** The mark of `jumar resolved` has been seen and acted on. */
    ClearResolved: method({ access: "unit", on: "unit" }, record({ unit: text }), nothing),
    /** A resource of the unit's application, as it is now; `fetched` if the unit has said that it has it. */
    Resource: method(
      { access: "unit", on: "unit" },
      record({ unit: text, name: text }),
      record({ path: text, sha256: text, size: integer, fetched: flag }),
    ),
    /** The unit has fetched the resource, with these bytes. */
    ResourceFetched: method(
      { access: "unit", on: "unit" },
      record({ unit: text, name: text, sha256: text }),
      nothing,
    ),
    /** The unit's last hook has run. */
    Finished: method({ access: "unit", on: "unit" }, record({ unit: text }), nothing),
  },
);
