/** ModelConfig: a model's settings. */
import { constraints } from "./common.ts";
import { facade, method } from "./facade.ts";
import { json, list, map, nothing, record, text } from "./wire.ts";

export const ModelConfig = facade(
  { name: "ModelConfig", versions: [3], scope: "both" },
  {
    /** Each setting's `source` is `default` or `model`. */
    ModelGet: method(
      "read",
      nothing,
      record({ config: map(record({ value: json, source: text })) }),
    ),
    /** Makes all changes or none; null puts a setting back to its default. */
    ModelSet: method("admin", record({ config: map(json) }), nothing),
    ModelUnset: method("admin", record({ keys: list(text) }), nothing),
    GetModelConstraints: method("read", nothing, record({ constraints })),
  },
);
