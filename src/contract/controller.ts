/** Controller: the controller itself. */
import { bulk, facade, method } from "./facade.ts";
import { modelStatus, userModels } from "./model-manager.ts";
import { flag, integer, json, list, map, nothing, optional, record, text } from "./wire.ts";

const modelEntity = record({ tag: text });

export const Controller = facade(
  { name: "Controller", versions: [11, 12], scope: "controller" },
  {
    ControllerConfig: method("login", nothing, record({ config: map(json) })),
    ControllerVersion: method("login", nothing, record({ version: text, "git-commit": text })),
    AllModels: method("superuser", nothing, userModels),
    ModelStatus: bulk(
      { access: "read", on: "tag", list: "entities", results: "models" },
      modelEntity,
      modelStatus,
    ),
    /** The addresses are `host:port`. */
    ControllerAPIInfoForModels: bulk(
      { access: "read", on: "tag", list: "entities" },
      modelEntity,
      record({ addresses: list(text), cacert: text }),
    ),
    /** Destroys the other models if asked to, and refuses while there are any. */
    DestroyController: method(
      "superuser",
      record({
        "destroy-models": flag,
        "destroy-storage": optional(flag),
        force: optional(flag),
        "max-wait": optional(integer),
        "model-timeout": optional(integer),
      }),
      nothing,
    ),
  },
);
