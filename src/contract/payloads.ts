/** Payloads: what charms say that they run of other things, such as containers. */
import { facade, method } from "./facade.ts";
import { list, record, text } from "./wire.ts";

const payload = record({
  class: text,
  type: text,
  id: text,
  status: text,
  labels: list(text),
  /** Both are tags. */
  unit: text,
  machine: text,
});

export const Payloads = facade(
  { name: "Payloads", versions: [1], scope: "model" },
  {
    /** Those of which anything equals one of the patterns, or all. */
    List: method("read", record({ patterns: list(text) }), record({ results: list(payload) })),
  },
);
