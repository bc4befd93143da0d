/** ModelConfig: a model's settings. */
import { constraints, unsupportedConstraints } from "./common.ts";
import { facade, method } from "./facade.ts";
import { integer, json, list, map, nothing, optional, record, text } from "./wire.ts";

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
    /** The next number of each thing that is counted, as in `machine`. */
    Sequences: method("admin", nothing, record({ sequences: map(integer) })),
    /** Nobody has ever a support level here. */
    SLALevel: method("read", nothing, record({ result: text, error: optional(json) })),
    GetModelConstraints: method("read", nothing, record({ constraints })),
    /** In the place of those before; they are for machines that are made from now on. */
    SetModelConstraints: method(
      "write",
      record({ application: text, constraints }),
      unsupportedConstraints,
    ),
  },
);
