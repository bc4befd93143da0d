/** Secrets: what users may know and keep of secrets. Values are in base64. */
import { wireError } from "./common.ts";
import { bulk, facade, method } from "./facade.ts";
import {
  flag,
  integer,
  json,
  list,
  map,
  nothing,
  optional,
  record,
  text,
  type ValueOf,
} from "./wire.ts";

const valueRef = record({ "backend-id": text, "revision-id": text });

const content = record({ data: optional(map(text)), "value-ref": optional(valueRef) });

const secretRevision = record({
  revision: integer,
  "value-ref": optional(valueRef),
  "backend-name": optional(text),
  "create-time": optional(text),
  "update-time": optional(text),
  "expire-time": optional(text),
});

const listed = record({
  /** As in `secret:cq7f3sel9q2c73d1v2b0`. */
  uri: text,
  version: integer,
  /** A tag of the application or unit, or of the model for what users keep. */
  "owner-tag": text,
  "rotate-policy": optional(text),
  "next-rotate-time": optional(text),
  description: optional(text),
  /** What its owner calls it; for what users keep, its name. */
  label: optional(text),
  "latest-revision": integer,
  /** Differs when the content does; says nothing else about it. */
  "latest-revision-checksum": optional(text),
  "latest-expire-time": optional(text),
  "create-time": text,
  "update-time": text,
  revisions: list(secretRevision),
  value: optional(record({ data: optional(map(text)), error: optional(wireError) })),
  access: optional(list(record({ "target-tag": text, "scope-tag": text, role: text }))),
});
export type ListedSecret = ValueOf<typeof listed>;

/** What users cannot say of a secret has to be absent. */
const described = {
  content: optional(content),
  description: optional(text),
  label: optional(text),
  params: optional(json),
  "expire-time": optional(text),
  "rotate-policy": optional(text),
};

/** A secret that users keep, by its URI or by its name, which is its label. */
const named = { uri: text, label: text };

const grant = record({ ...named, applications: list(text) });

const results = record({ results: list(record({ error: optional(wireError) })) });

export const Secrets = facade(
  { name: "Secrets", versions: [2], scope: "model" },
  {
    /** Those that fit the filter; to see what they hold takes access to administer the model. */
    ListSecrets: method(
      "read",
      record({
        "show-secrets": flag,
        filter: record({
          uri: optional(text),
          label: optional(text),
          /** Whose content is shown rather than that of the latest. */
          revision: optional(integer),
          "owner-tag": optional(text),
        }),
      }),
      record({ results: list(listed) }),
    ),
    CreateSecrets: bulk(
      { access: "write", list: "args" },
      record({ ...described, uri: optional(text), "owner-tag": text }),
      record({ result: text }),
    ),
    UpdateSecrets: bulk(
      { access: "write", list: "args" },
      record({
        ...described,
        uri: text,
        "existing-label": text,
        "auto-prune": optional(flag),
      }),
      nothing,
    ),
    /** Without revisions, all of them. */
    RemoveSecrets: bulk(
      { access: "write", list: "args" },
      record({ ...named, revisions: optional(list(integer)) }),
      nothing,
    ),
    /** Each application's answer stands where the application does. */
    GrantSecret: method("write", grant, results),
    RevokeSecret: method("write", grant, results),
  },
);
