/** Resources: the files that applications are given beside their charms. */
import { charmOrigin } from "./common.ts";
import { bulk, facade, method } from "./facade.ts";
import { integer, json, list, map, optional, record, text, type ValueOf } from "./wire.ts";

const described = {
  name: text,
  /** `file` or `oci-image`. */
  type: text,
  /** The file's name. */
  path: text,
  description: optional(text),
  /** `upload` or `store`. */
  origin: text,
  revision: integer,
  /** The SHA-384 of the bytes in base64; empty as long as there are none. */
  fingerprint: text,
  size: integer,
};

const charmResource = record(described);
export type CharmResource = ValueOf<typeof charmResource>;

const resource = record({
  ...described,
  /** As in `mysql/data`. */
  id: text,
  "pending-id": text,
  application: text,
  /** Who has uploaded it. */
  username: text,
  /** RFC 3339; year 1 as long as nobody has. */
  timestamp: text,
});
export type WireResource = ValueOf<typeof resource>;

export const Resources = facade(
  { name: "Resources", versions: [3], scope: "model" },
  {
    /** `tag` is an application's. What units have fetched is in `unit-resources`. */
    ListResources: bulk(
      { access: "read", list: "entities" },
      record({ tag: text }),
      record({
        resources: list(resource),
        /** As the charm declares them, for there is no store; python-libjuju knows no others. */
        "charm-store-resources": list(charmResource),
        "unit-resources": list(
          record({ tag: text, resources: list(resource), "download-progress": map(integer) }),
        ),
      }),
    ),
    /** Of an application that need not be there yet; each is then uploaded under its id. */
    AddPendingResources: method(
      "write",
      record({
        tag: text,
        url: text,
        "charm-origin": optional(charmOrigin),
        macaroon: optional(json),
        resources: list(charmResource),
      }),
      record({ "pending-ids": list(text) }),
    ),
  },
);
