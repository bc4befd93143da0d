/** ModelUpgrader: moving all agents of a model to another version. */
import { wireError } from "./common.ts";
import { facade, method } from "./facade.ts";
import { flag, list, nothing, optional, record, text } from "./wire.ts";

export const ModelUpgrader = facade(
  { name: "ModelUpgrader", versions: [1], scope: "controller" },
  {
    /**
     * Begins a rollout of the model's agents. `target-version` 0.0.0 or none lets the controller
     * choose. With `dry-run`, everything is checked and nothing is changed.
     *
     * `offered-binaries`, which Juju does not have, are those that the caller could upload, as in
     * `3.6.101-ubuntu-amd64`. If the controller's own model goes to one of them, the result names it
     * as `wanted-binary` and nothing has begun: upload it, and call again.
     */
    UpgradeModel: method(
      { access: "admin", on: "model-tag" },
      record({
        "model-tag": text,
        "target-version": text,
        "agent-stream": text,
        "ignore-agent-versions": flag,
        "dry-run": flag,
        "offered-binaries": list(text),
      }),
      record({
        "chosen-version": text,
        "wanted-binary": optional(text),
        error: optional(wireError),
      }),
    ),
    /** Stops sending more machines; those on their way go on. */
    AbortModelUpgrade: method(
      { access: "admin", on: "model-tag" },
      record({ "model-tag": text }),
      nothing,
    ),
  },
);
