/** Shapes that several facades share. */
import { flag, integer, json, list, map, optional, record, text } from "./wire.ts";

/** The error of one item of a bulk call. */
export const wireError = record({ message: text, code: text, info: optional(json) });

export const base = record({ name: text, channel: text });

/** A status as FullStatus has it. `since` is RFC 3339, or empty. */
export const detailedStatus = record({
  status: text,
  info: text,
  data: map(json),
  since: text,
  kind: text,
  version: text,
  life: text,
});

/** A status as ModelInfo has it. */
export const entityStatus = record({ status: text, info: text, data: map(json), since: text });

export const charmOrigin = record({
  source: text,
  type: text,
  id: text,
  hash: optional(text),
  risk: optional(text),
  revision: optional(integer),
  track: optional(text),
  branch: optional(text),
  architecture: optional(text),
  base: optional(base),
  "instance-key": optional(text),
});

export const charmRelation = record({
  name: text,
  role: text,
  interface: text,
  limit: integer,
  optional: flag,
  scope: text,
});

/** How a charm that is trusted gets at the cloud that its model is in. */
export const cloudSpec = record({
  type: text,
  name: text,
  region: optional(text),
  endpoint: optional(text),
  "identity-endpoint": optional(text),
  "storage-endpoint": optional(text),
  credential: optional(
    record({ "auth-type": text, attrs: optional(map(text)), redacted: optional(list(text)) }),
  ),
  cacertificates: optional(list(text)),
  "skip-tls-verify": optional(flag),
  "is-controller-cloud": optional(flag),
});

/** What machines must have; sizes in MiB. */
export const constraints = record({
  arch: optional(text),
  cores: optional(integer),
  mem: optional(integer),
  "root-disk": optional(integer),
  tags: optional(list(text)),
  spaces: optional(list(text)),
  zones: optional(list(text)),
  "instance-type": optional(text),
  "virt-type": optional(text),
});

export const placement = record({ scope: text, directive: text });

export const hostPort = record({ value: text, type: text, scope: text, port: integer });

export const storageConstraints = record({
  pool: optional(text),
  size: optional(integer),
  count: optional(integer),
});
