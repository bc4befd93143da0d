/** ModelConfig: a model's settings. */
import { constraints } from "./common.ts";
import { facade, method } from "./facade.ts";
import { json, list, map, nothing, optional, record, text } from "./wire.ts";

const configValue = record({
  value: json,
  source: text,
  /** Of Jumar alone: why setting it changes nothing. */
  note: optional(text),
});

export const ModelConfig = facade(
  { name: "ModelConfig", versions: [3], scope: "both" },
  {
    /** Each setting's `source` is `default`, `controller`, `region` or `model`. */
    ModelGet: method("read", nothing, record({ config: map(configValue) })),
    /** Makes all changes or none; null puts a setting back to its default. */
    ModelSet: method("admin", record({ config: map(json) }), nothing),
    ModelUnset: method("admin", record({ keys: list(text) }), nothing),
    GetModelConstraints: method("read", nothing, record({ constraints })),
  },
);
