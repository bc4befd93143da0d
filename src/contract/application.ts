/** Application: deploying, configuring, relating, scaling, upgrading and removing applications. */
import {
  base,
  charmOrigin,
  charmRelation,
  constraints,
  placement,
  storageConstraints,
  unsupportedConstraints,
  updateChannel,
} from "./common.ts";
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

const applicationName = record({ application: text, branch: text });

const destroyed = record({ tag: text });

const exposedEndpoint = record({
  "expose-to-cidrs": optional(list(text)),
  "expose-to-spaces": optional(list(text)),
});

const applicationInfo = record({
  tag: text,
  charm: optional(text),
  base: optional(base),
  channel: optional(text),
  constraints: optional(constraints),
  principal: flag,
  exposed: flag,
  "exposed-endpoints": optional(map(exposedEndpoint)),
  remote: flag,
  life: text,
  "endpoint-bindings": optional(map(text)),
});
export type ApplicationInfo = ValueOf<typeof applicationInfo>;

/** What a unit sees of a relation. */
const endpointRelationData = record({
  "relation-id": integer,
  endpoint: text,
  "related-endpoint": text,
  "cross-model": flag,
  /** Of the other side; among peers, of all of them. */
  ApplicationData: map(json),
  /** The units of the other side, and the unit itself. */
  "unit-relation-data": map(record({ InScope: flag, UnitData: map(json) })),
});

const unitInfo = record({
  tag: text,
  "workload-version": text,
  machine: optional(text),
  "opened-ports": list(text),
  "public-address": optional(text),
  charm: text,
  leader: optional(flag),
  life: optional(text),
  "relation-data": optional(list(endpointRelationData)),
  "provider-id": optional(text),
  address: optional(text),
});
export type UnitInfo = ValueOf<typeof unitInfo>;

const configResult = record({ config: map(json) });

export const Application = facade(
  { name: "Application", versions: [19, 20], scope: "model" },
  {
    /** `config-yaml` is keyed by the application's name; `config` holds texts. */
    Deploy: bulk(
      { access: "write", list: "applications" },
      record({
        application: text,
        "charm-url": text,
        channel: text,
        "charm-origin": optional(charmOrigin),
        "num-units": integer,
        config: map(text),
        "config-yaml": text,
        constraints,
        placement: list(placement),
        policy: text,
        storage: map(storageConstraints),
        "attach-storage": list(text),
        "endpoint-bindings": map(text),
        resources: map(text),
        force: flag,
      }),
      unsupportedConstraints,
    ),
    AddUnits: method(
      "write",
      record({
        application: text,
        "num-units": integer,
        placement: list(placement),
        policy: text,
        "attach-storage": list(text),
      }),
      record({ units: list(text) }),
    ),
    /** An endpoint is `application` or `application:endpoint`. */
    AddRelation: method(
      "write",
      record({ endpoints: list(text), "via-cidrs": list(text) }),
      record({ endpoints: map(charmRelation) }),
    ),
    DestroyRelation: method(
      "write",
      record({ endpoints: list(text), "relation-id": integer, force: flag }),
      nothing,
    ),
    SetRelationsSuspended: bulk(
      { access: "write", list: "args" },
      record({ "relation-id": integer, message: text, suspended: flag }),
      record({}),
    ),
    DestroyApplication: bulk(
      { access: "write", list: "applications" },
      record({
        "application-tag": text,
        "destroy-storage": flag,
        force: flag,
        "max-wait": optional(integer),
        "dry-run": flag,
      }),
      record({
        info: record({
          "destroyed-units": list(destroyed),
          "destroyed-storage": list(destroyed),
          "detached-storage": list(destroyed),
        }),
      }),
    ),
    DestroyUnit: bulk(
      { access: "write", list: "units" },
      record({
        ...{ "unit-tag": text, "destroy-storage": flag, force: flag, "dry-run": flag },
        "max-wait": optional(integer),
      }),
      record({
        info: record({
          "destroyed-storage": list(destroyed),
          "detached-storage": list(destroyed),
        }),
      }),
    ),
    Get: method(
      "read",
      applicationName,
      record({
        application: text,
        charm: text,
        channel: text,
        base,
        config: map(json),
        "application-config": map(json),
        constraints,
        "endpoint-bindings": map(text),
      }),
    ),
    ApplicationsInfo: bulk(
      { access: "read", list: "entities" },
      record({ tag: text }),
      record({ result: applicationInfo }),
    ),
    UnitsInfo: bulk(
      { access: "read", list: "entities" },
      record({ tag: text }),
      record({ result: unitInfo }),
    ),
    /** The names of the charm's endpoints. */
    CharmRelations: method(
      "read",
      record({ application: text }),
      record({ "charm-relations": list(text) }),
    ),
    /** The charm's settings, as `Get` describes them. */
    CharmConfig: bulk(
      { access: "read", list: "args", results: "Results" },
      applicationName,
      configResult,
    ),
    GetConfig: bulk(
      { access: "read", list: "entities", results: "Results" },
      record({ tag: text }),
      configResult,
    ),
    SetConfigs: bulk(
      { access: "write", list: "Args" },
      record({ application: text, generation: text, config: map(text), "config-yaml": text }),
      record({}),
    ),
    UnsetApplicationsConfig: bulk(
      { access: "write", list: "Args" },
      record({ application: text, branch: text, options: list(text) }),
      record({}),
    ),
    /** Without endpoints, the whole application is; an endpoint that is named by itself. */
    Expose: method(
      "write",
      record({ application: text, "exposed-endpoints": map(exposedEndpoint) }),
      nothing,
    ),
    Unexpose: method(
      "write",
      record({ application: text, "exposed-endpoints": list(text) }),
      nothing,
    ),
    /** Of units that come from now on; subordinates follow. */
    UpdateApplicationBase: bulk({ access: "write", list: "args" }, updateChannel, record({})),
    MergeBindings: bulk(
      { access: "write", list: "args" },
      record({ "application-tag": text, bindings: map(text), force: flag }),
      record({}),
    ),
    SetCharm: method(
      "write",
      record({
        application: text,
        generation: text,
        "charm-url": text,
        "charm-origin": optional(charmOrigin),
        channel: text,
        "config-settings": map(text),
        "config-settings-yaml": text,
        force: flag,
        "force-base": flag,
        "force-units": flag,
        "resource-ids": map(text),
        "storage-constraints": map(storageConstraints),
        "endpoint-bindings": map(text),
      }),
      nothing,
    ),
    GetCharmURLOrigin: method(
      "read",
      applicationName,
      record({ url: text, "charm-origin": charmOrigin }),
    ),
    /** Without tags and with `all`, every unit whose hook has failed. */
    ResolveUnitErrors: method(
      "write",
      record({
        all: flag,
        retry: flag,
        tags: record({ entities: list(record({ tag: text })) }),
      }),
      record({ results: list(record({ error: optional(json) })) }),
    ),
    GetConstraints: bulk(
      { access: "read", list: "entities" },
      record({ tag: text }),
      record({ constraints }),
    ),
    /** In the place of those before; they are for machines that are made from now on. */
    SetConstraints: method(
      "write",
      record({ application: text, constraints }),
      unsupportedConstraints,
    ),
    /** The name of the unit that leads; `tag` is the application's. */
    Leader: method("read", record({ tag: text }), record({ result: text })),
  },
);
