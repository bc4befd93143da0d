/** MetricsDebug: what charms have measured, and what is said of how much units use. */
import { entity, wireError } from "./common.ts";
import { bulk, facade, method } from "./facade.ts";
import { list, map, nothing, optional, record, text } from "./wire.ts";

const metric = record({ time: text, key: text, value: text, unit: text, labels: map(text) });

export const MetricsDebug = facade(
  { name: "MetricsDebug", versions: [2], scope: "model" },
  {
    /** The last measurements of each unit or application, or of all units where nothing is named. */
    GetMetrics: method(
      "read",
      record({ entities: list(entity) }),
      record({
        results: list(record({ metrics: optional(list(metric)), error: optional(wireError) })),
      }),
    ),
    /** Of a unit, or of all that an application has; `code` is `GREEN`, `AMBER` or `RED`. */
    SetMeterStatus: bulk(
      { access: "write", list: "statues" },
      record({ tag: text, code: text, info: optional(text) }),
      nothing,
    ),
  },
);
