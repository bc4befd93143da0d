/** ModelManager: making, listing, sharing and destroying models. */
import { entityStatus } from "./common.ts";
import { bulk, facade, method } from "./facade.ts";
import { flag, integer, json, list, map, nullable, optional, record, text } from "./wire.ts";

const hardware = record({
  arch: optional(text),
  cores: optional(integer),
  mem: optional(integer),
  "root-disk": optional(integer),
  "availability-zone": optional(text),
});

const modelMachine = record({
  id: text,
  hardware: optional(hardware),
  "instance-id": optional(text),
  status: optional(text),
  "has-vote": flag,
  "wants-vote": flag,
});

const modelUser = record({
  "model-tag": text,
  user: text,
  "display-name": text,
  "last-connection": nullable(text),
  access: text,
});

const sla = record({ level: text, owner: text });

const modelInfo = record({
  name: text,
  type: text,
  uuid: text,
  "controller-uuid": text,
  "is-controller": flag,
  "provider-type": text,
  "cloud-tag": text,
  "cloud-region": text,
  "owner-tag": text,
  life: text,
  "default-base": text,
  "default-series": text,
  status: entityStatus,
  users: list(modelUser),
  machines: list(modelMachine),
  "secret-backends": list(json),
  sla,
  "agent-version": text,
  "supported-features": list(record({ name: text, description: text, version: optional(text) })),
});

const modelSummary = record({
  name: text,
  uuid: text,
  type: text,
  "controller-uuid": text,
  "is-controller": flag,
  "provider-type": text,
  "cloud-tag": text,
  "cloud-region": text,
  "owner-tag": text,
  life: text,
  status: entityStatus,
  "user-access": text,
  "last-connection": nullable(text),
  counts: list(record({ entity: text, count: integer })),
  sla,
  "agent-version": text,
});

export const userModels = record({
  "user-models": list(
    record({
      model: record({ name: text, uuid: text, type: text, "owner-tag": text }),
      "last-connection": nullable(text),
    }),
  ),
});

const modelFilesystem = record({
  id: text,
  "provider-id": text,
  status: text,
  message: text,
  detachable: flag,
});

export const modelStatus = record({
  "model-tag": text,
  life: text,
  type: text,
  "owner-tag": text,
  "hosted-machine-count": integer,
  "application-count": integer,
  "unit-count": integer,
  machines: list(modelMachine),
  filesystems: list(modelFilesystem),
  /** Of Jumar alone: what has failed, by unit. */
  "failed-units": map(text),
});

const modelDefault = record({
  default: optional(json),
  controller: optional(json),
  regions: optional(list(record({ "region-name": text, value: json }))),
  /** Of Jumar alone: why setting it changes nothing. */
  note: optional(text),
});

const modelEntity = record({ tag: text });

export const ModelManager = facade(
  { name: "ModelManager", versions: [9, 10], scope: "controller" },
  {
    /** The new model belongs to `owner-tag`, which only a superuser may set to somebody else. */
    CreateModel: method(
      { access: "self", on: "owner-tag" },
      record({
        name: text,
        "owner-tag": text,
        config: map(json),
        "cloud-tag": text,
        region: text,
        credential: text,
      }),
      modelInfo,
    ),
    ListModels: method({ access: "self", on: "tag" }, record({ tag: text }), userModels),
    ListModelSummaries: method(
      { access: "self", on: "user-tag" },
      record({ "user-tag": text, all: flag }),
      record({ results: list(record({ result: optional(modelSummary) })) }),
    ),
    ModelInfo: bulk(
      { access: "read", on: "tag", list: "entities" },
      modelEntity,
      record({ result: optional(modelInfo) }),
    ),
    ModelStatus: bulk(
      { access: "read", on: "tag", list: "entities", results: "models" },
      modelEntity,
      modelStatus,
    ),
    /** Marks the models as dying; they are gone once everything in them is. */
    DestroyModels: bulk(
      { access: "admin", on: "model-tag", list: "models" },
      record({
        "model-tag": text,
        "destroy-storage": optional(flag),
        force: optional(flag),
        "max-wait": optional(integer),
        timeout: optional(integer),
      }),
      record({}),
    ),
    /** For each cloud what new models begin with, by setting, and where that is said. */
    ModelDefaultsForClouds: bulk(
      { access: "login", list: "entities" },
      record({ tag: text }),
      record({ config: map(modelDefault) }),
    ),
    /** A region is named, or the whole cloud is meant. */
    SetModelDefaults: bulk(
      { access: "superuser", list: "config" },
      record({ "cloud-tag": text, "cloud-region": text, config: map(json) }),
      record({}),
    ),
    UnsetModelDefaults: bulk(
      { access: "superuser", list: "keys" },
      record({ "cloud-tag": text, "cloud-region": text, keys: list(text) }),
      record({}),
    ),
    /** `action` is `grant` or `revoke`, `access` is `read`, `write` or `admin`. */
    ModifyModelAccess: bulk(
      { access: "admin", on: "model-tag", list: "changes" },
      record({ "user-tag": text, action: text, access: text, "model-tag": text }),
      record({}),
    ),
  },
);
