/** ModelUpgrader: moving all agents of a model to another version. */
import { wireError } from "./common.ts";
import { facade, method } from "./facade.ts";
import { flag, nothing, optional, record, text } from "./wire.ts";

export const ModelUpgrader = facade(
  { name: "ModelUpgrader", versions: [1], scope: "controller" },
  {
    /**
     * Begins a rollout of the model's agents. `target-version` 0.0.0 or none lets the controller
     * choose. With `dry-run`, everything is checked and nothing is changed.
     */
    UpgradeModel: method(
      { access: "admin", on: "model-tag" },
      record({
        "model-tag": text,
        "target-version": text,
        "agent-stream": text,
        "ignore-agent-versions": flag,
        "dry-run": flag,
      }),
      record({ "chosen-version": text, error: optional(wireError) }),
    ),
    /** Stops sending more machines; those on their way go on. */
    AbortModelUpgrade: method(
      { access: "admin", on: "model-tag" },
      record({ "model-tag": text }),
      nothing,
    ),
  },
);
