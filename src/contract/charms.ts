/** Charms: what is known of the charms in a model. */
import { charmRelation } from "./common.ts";
import { facade, method } from "./facade.ts";
import { flag, integer, json, list, map, optional, record, text } from "./wire.ts";

const meta = record({
  name: text,
  summary: text,
  description: text,
  subordinate: flag,
  provides: map(charmRelation),
  requires: map(charmRelation),
  peers: map(charmRelation),
  series: list(text),
  storage: map(json),
  resources: map(json),
  tags: list(text),
  terms: list(text),
  "extra-bindings": map(text),
  "min-juju-version": text,
});

const lxdProfile = record({ description: text, config: map(text), devices: map(map(text)) });

const metrics = record({
  metrics: map(record({ type: text, description: text })),
  plan: record({ required: flag }),
});

export const Charms = facade(
  { name: "Charms", versions: [6, 7], scope: "model" },
  {
    CharmInfo: method(
      "read",
      record({ url: text }),
      record({
        url: text,
        revision: integer,
        config: map(record({ type: text, description: optional(text), default: optional(json) })),
        meta,
        actions: optional(json),
        manifest: optional(json),
        "lxd-profile": optional(lxdProfile),
        metrics: optional(metrics),
      }),
    ),
    /** All charms, or those with one of the names. */
    List: method("read", record({ names: list(text) }), record({ "charm-urls": list(text) })),
  },
);
