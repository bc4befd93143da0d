/**
 * MachineAgent: what a machine is to be, and what it is.
 *
 * Nobody sends an agent a command. It asks what is desired, waits while that does not change, and
 * makes it so; then it reports.
 */
import { facade, method } from "./facade.ts";
import { desiredTask, taskDetails, taskEnding } from "./task.ts";
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

/** A relation as one unit sees it, under its own endpoint's name. */
const desiredRelation = record({
  id: integer,
  endpoint: text,
  role: text,
  interface: text,
  "remote-application": text,
  life: text,
  suspended: flag,
  /** The remote units that take part, with the version of their settings. */
  members: map(integer),
  /** The version of the remote application's settings; 0 while there are none. */
  "application-version": integer,
});
export type DesiredRelation = ValueOf<typeof desiredRelation>;

/** What a unit's charm is to hear of secrets, unless it has. */
const secretNews = record({
  /** Those of the unit and of its application, whose leader is to hear of them. */
  owned: list(
    record({
      id: text,
      label: text,
      /** Whether it is the application's. */
      application: flag,
      /** The latest revision. */
      revision: integer,
      /** When it is to be rotated; empty for never. */
      rotates: text,
      expiring: list(record({ revision: integer, at: text })),
      /** The revisions that nobody reads any more. */
      obsolete: list(integer),
    }),
  ),
  /** Those that the unit reads an earlier revision of. */
  read: list(record({ id: text, label: text, revision: integer })),
});

/** What the unit is to have of storage, or to give away. */
const desiredStorage = record({
  /** As in `data/0`. */
  id: text,
  /** What the charm calls it. */
  store: text,
  kind: text,
  life: text,
  /** `local` for what the cloud keeps in `source`; the machine itself makes what it is else. */
  provider: text,
  source: text,
  /** Where the charm wants it, or empty. */
  location: text,
  /** In MiB. */
  size: integer,
});
export type DesiredStorage = ValueOf<typeof desiredStorage>;

const desiredUnit = record({
  name: text,
  life: text,
  charm: record({
    url: text,
    sha256: text,
    size: integer,
    /** Rises with each change of charm or resources; what makes a unit run `upgrade-charm`. */
    "modified-version": integer,
    /** Whether to upgrade even a unit whose hook has failed. */
    force: flag,
  }),
  /** Settings for the charm that is named above, defaults included. */
  config: map(json),
  /** Whether the charm may use the credentials of the model's cloud. */
  trusted: flag,
  /** The unit that leads the application, or empty while none does. */
  leader: text,
  /** Rises with each change of what the leader tells the other units; 0 while it has told nothing. */
  "leader-settings-version": integer,
  /** What the operator said of a failed hook: nothing, `retry` or `no-retry`. */
  resolved: text,
  principal: text,
  relations: list(desiredRelation),
  /** Of the unit, oldest first, as long as they are not over. */
  tasks: list(desiredTask),
  secrets: secretNews,
  storage: list(desiredStorage),
  /** Whether the charm measures anything. */
  metered: optional(flag),
  /** What somebody has said of how much the unit uses; left out while nobody has. */
  "meter-status": optional(record({ status: text, info: text })),
  /** Of its machine's operating system, as long as that is under way. */
  "machine-upgrade": optional(
    record({
      /** `prepare` or `complete`, or `wait` for who has come after it began. */
      phase: text,
      /** Which of the machine's upgrades it is. */
      number: integer,
      /** The base that the machine is to have. */
      target: text,
    }),
  ),
});
export type DesiredUnit = ValueOf<typeof desiredUnit>;

const agentBinary = record({
  /** As in `3.6.101-ubuntu-amd64`. */
  name: text,
  sha256: text,
  size: integer,
  /** The rollout that asks for it; a version that has failed is not tried twice for the same one. */
  rollout: integer,
});
export type DesiredBinary = ValueOf<typeof agentBinary>;

const desiredState = record({
  revision: integer,
  life: text,
  binary: optional(agentBinary),
  addresses: list(text),
  "api-addresses": list(text),
  model: record({ name: text, uuid: text, config: map(json) }),
  units: list(desiredUnit),
  /** Of the machine itself, oldest first, as long as they are not over. */
  tasks: list(desiredTask),
});
export type DesiredState = ValueOf<typeof desiredState>;

export const MachineAgent = facade(
  { name: "MachineAgent", versions: [1], scope: "model" },
  {
    /**
     * What the machine is to be, as soon as that differs from what it was at `revision`; 0 asks for
     * it at once. After a while the answer comes even if nothing has changed.
     */
    Next: method("machine", record({ revision: integer }), desiredState),
    /** Says what runs here. `failure` is why the machine returned from the version it names. */
    Report: method(
      "machine",
      record({
        version: text,
        hostname: text,
        /** Whether the version may be taken back still; until then the one before it counts. */
        probation: flag,
        failure: optional(record({ version: text, rollout: integer, reason: text })),
      }),
      nothing,
    ),
    /** The task runs from now on. Fails with `not valid` for one that is not to run any more. */
    BeginTask: method("machine", record({ task: integer }), taskDetails),
    /** How it ended; to say it again changes nothing. */
    FinishTask: method("machine", record({ ending: taskEnding }), nothing),
    /** The machine is to go, and nothing runs on it any more. */
    Finished: method("machine", nothing, nothing),
  },
);
