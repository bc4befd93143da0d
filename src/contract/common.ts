/** Shapes that several facades share. */
import { flag, integer, json, list, map, optional, record, text, type ValueOf } from "./wire.ts";

/** The error of one item of a bulk call. */
export const wireError = record({ message: text, code: text, info: optional(json) });

export const base = record({ name: text, channel: text });

export const entity = record({ tag: text });

/** The base that something is to have, as in `ubuntu@24.04`. */
export const updateChannel = record({ tag: entity, channel: text, force: flag });

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

/** What machines must have; sizes in MiB. A constraint that is empty or 0 overrides a wider one. */
export const constraints = record({
  "allocate-public-ip": optional(flag),
  arch: optional(text),
  container: optional(text),
  cores: optional(integer),
  "cpu-power": optional(integer),
  "image-id": optional(text),
  "instance-role": optional(text),
  "instance-type": optional(text),
  mem: optional(integer),
  "root-disk": optional(integer),
  "root-disk-source": optional(text),
  spaces: optional(list(text)),
  tags: optional(list(text)),
  "virt-type": optional(text),
  zones: optional(list(text)),
});
export type Constraints = ValueOf<typeof constraints>;

/** What is said of constraints that are kept although nothing can meet them. */
export const unsupportedConstraints = record({
  error: optional(wireError),
  /** Of Jumar alone: their names. */
  unsupported: optional(list(text)),
});

export const placement = record({ scope: text, directive: text });

export const hostPort = record({ value: text, type: text, scope: text, port: integer });

export const storageConstraints = record({
  pool: optional(text),
  size: optional(integer),
  count: optional(integer),
});
