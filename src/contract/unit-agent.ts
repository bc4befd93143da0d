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

const hookChanges = record({
  relations: list(relationSettings),
  "open-ports": list(portRange),
  "close-ports": list(portRange),
  /** An empty value removes the key. */
  state: map(text),
});
export type HookChanges = ValueOf<typeof hookChanges>;

const unitFacts = record({
  /** What the unit has become: `installed`, `started`, `stopped`, or nothing new. */
  became: text,
  /** The relation that the unit has left, after `relation-broken`. */
  "left-relation": optional(integer),
  /** The charm that the unit runs. */
  charm: text,
  "modified-version": integer,
  /** Whether the hooks that follow an upgrade have run. */
  settled: flag,
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
    /** What a hook may want to know of its unit; read once for each hook that asks. */
    UnitData: method(
      { access: "unit", on: "unit" },
      record({ unit: text }),
      record({ ports: list(portRange), state: map(text) }),
    ),
    /** Fails with `not valid` unless the application is trusted. */
    CloudSpec: method({ access: "unit", on: "unit" }, record({ unit: text }), cloudSpec),
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
    /** The unit's last hook has run. */
    Finished: method({ access: "unit", on: "unit" }, record({ unit: text }), nothing),
  },
);
