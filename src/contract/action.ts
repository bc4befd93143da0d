/** Action: what units and machines are asked to carry out, and what became of it. */

import { entity, wireError } from "./common.ts";
import { bulk, facade, method } from "./facade.ts";
import { flag, integer, json, list, map, optional, record, text, type ValueOf } from "./wire.ts";

const action = record({
  tag: text,
  /** A unit's or a machine's tag, or `APPLICATION/leader`. */
  receiver: text,
  name: text,
  parameters: optional(map(json)),
  parallel: optional(flag),
  "execution-group": optional(text),
});

const message = record({ timestamp: text, message: text });

const actionResult = record({
  action: optional(action),
  /** Times are RFC 3339, and left out as long as it has not come to that. */
  enqueued: optional(text),
  started: optional(text),
  completed: optional(text),
  status: optional(text),
  message: optional(text),
  log: optional(list(message)),
  output: optional(map(json)),
  error: optional(wireError),
});
export type WireActionResult = ValueOf<typeof actionResult>;

const enqueued = record({ operation: text, actions: list(actionResult) });

const operationResult = record({
  operation: text,
  summary: text,
  fail: optional(text),
  enqueued: optional(text),
  started: optional(text),
  completed: optional(text),
  status: optional(text),
  actions: list(actionResult),
  error: optional(wireError),
});
export type WireOperation = ValueOf<typeof operationResult>;

const runParams = record({
  commands: text,
  /** In nanoseconds; 0 for no end. */
  timeout: integer,
  machines: list(text),
  applications: list(text),
  units: list(text),
  parallel: optional(flag),
  "execution-group": optional(text),
});

const actionSpec = record({ description: text, params: map(json) });

export const Action = facade(
  { name: "Action", versions: [7], scope: "model" },
  {
    /** What became of tasks. */
    Actions: bulk({ access: "read", list: "entities" }, entity, actionResult),
    /** The actions that applications' charms have, with the schema of their parameters. */
    ApplicationsCharmsActions: bulk(
      { access: "read", list: "entities" },
      entity,
      record({ "application-tag": text, actions: map(actionSpec) }),
    ),
    /** One that runs is told to end; what is over stays as it is. */
    Cancel: bulk({ access: "write", list: "entities" }, entity, actionResult),
    /** Each action that cannot be enqueued has its `error`, and keeps no other from it. */
    EnqueueOperation: method("write", record({ actions: list(action) }), enqueued),
    /** Newest first; 0 for `limit` is as many as may be. */
    ListOperations: method(
      "read",
      record({
        applications: list(text),
        units: list(text),
        machines: list(text),
        actions: list(text),
        status: list(text),
        offset: integer,
        limit: integer,
      }),
      record({ results: list(operationResult), truncated: flag }),
    ),
    Operations: bulk({ access: "read", list: "entities" }, entity, operationResult),
    /** Has units, machines and all units of applications run commands, which may do anything there. */
    Run: method("admin", runParams, enqueued),
    RunOnAllMachines: method("admin", runParams, enqueued),
    /** A watcher, for `StringsWatcher`, of what tasks say; each is a text of JSON. */
    WatchActionsProgress: bulk(
      { access: "read", list: "entities" },
      entity,
      record({ "watcher-id": text, changes: list(text) }),
    ),
  },
);
