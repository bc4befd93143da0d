/** Holds the documents of all samples to what clients demand of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatYaml, parseYaml } from "#base/yaml.ts";
import { toStatusDocument } from "./document.ts";
import { samples } from "./testing.ts";

const about = { controller: "prod", zone: "Pacific/Auckland" };

/** What clients demand of a kind of object: its keys, and the kinds of what is in them. */
interface Rule {
  readonly required: readonly string[];
  readonly maps?: Readonly<Record<string, string>>;
  readonly objects?: Readonly<Record<string, string>>;
  readonly lists?: readonly string[];
}

const status = { "juju-status": "info", "workload-status": "info" };
const rules: Readonly<Record<string, Rule>> = {
  status: {
    required: ["model", "machines", "applications", "storage"],
    maps: { machines: "machine", applications: "application", storage: "anything" },
    objects: { model: "model", controller: "anything" },
  },
  model: {
    required: ["name", "type", "controller", "cloud", "version"],
    objects: { "model-status": "info" },
  },
  info: { required: ["current"] },
  base: { required: ["name", "channel"] },
  application: {
    required: ["charm", "charm-origin", "charm-name", "charm-rev", "exposed"],
    maps: { units: "unit", relations: "related[]", "endpoint-bindings": "anything" },
    objects: { base: "base", "application-status": "info" },
    lists: ["subordinate-to"],
  },
  unit: {
    required: [],
    maps: { subordinates: "unit" },
    objects: status,
    lists: ["open-ports"],
  },
  machine: {
    required: [],
    maps: { "network-interfaces": "interface", containers: "machine" },
    objects: {
      ...{ "juju-status": "info", "machine-status": "info", "modification-status": "info" },
      base: "base",
    },
    lists: ["ip-addresses"],
  },
  related: { required: ["related-application", "interface", "scope"] },
  interface: { required: ["ip-addresses", "mac-address", "is-up"], lists: ["ip-addresses"] },
};

/** Every breach of the rules, as in `status.model: no cloud`. */
function breaches(kind: string, value: unknown, place = kind): string[] {
  if (kind.endsWith("[]")) return listBreaches(kind.slice(0, -"[]".length), value, place);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [`${place}: no map`];
  const { required, maps = {}, objects = {}, lists = [] } = rules[kind] ?? { required: [] };
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const has = (key: string) => fields[key] !== undefined;
  return [
    ...required
      .filter((key) => !has(key) || fields[key] === null)
      .map((key) => `${place}: no ${key}`),
    ...lists.filter(has).flatMap((key) => breaches("text[]", fields[key], `${place}.${key}`)),
    ...Object.entries(objects)
      .filter(([key]) => has(key))
      .flatMap(([key, inner]) => breaches(inner, fields[key], `${place}.${key}`)),
    ...Object.entries(maps)
      .filter(([key]) => has(key))
      .flatMap(([key, inner]) => mapBreaches(inner, fields[key], `${place}.${key}`)),
  ];
}

function listBreaches(kind: string, value: unknown, place: string): string[] {
  if (!Array.isArray(value)) return [`${place}: no list`];
  if (kind === "text")
    return value.every((each) => typeof each === "string") ? [] : [`${place}: no texts`];
  return value.flatMap((each, at) => breaches(kind, each, `${place}.${at}`));
}

function mapBreaches(kind: string, value: unknown, place: string): string[] {
  const own = breaches("anything", value, place);
  if (own.length > 0 || kind === "anything") return own;
  return Object.entries(value as object).flatMap(([key, each]) =>
    breaches(kind, each, `${place}.${key}`),
  );
}

for (const [name, sample] of Object.entries(samples)) {
  test(`clients find every key that they require, and no null, in the sample "${name}"`, () => {
    const document = toStatusDocument(sample, about);
    const printed = JSON.stringify(document);

    assert.deepEqual(breaches("status", JSON.parse(printed)), []);
    assert.doesNotMatch(printed, /null/);
    assert.deepEqual(JSON.parse(printed), document);
    assert.deepEqual(parseYaml(formatYaml(document)), document);
  });
}

test("the rules that documents are held to find what is missing or null", () => {
  const document = JSON.parse(JSON.stringify(toStatusDocument(samples.related, about)));
  delete document.model.cloud;
  document.storage = null;
  document.applications.app.units["app/0"].subordinates["logs/0"].subordinates = null;
  delete document.applications.db["charm-rev"];
  document.applications.db.relations.db = null;
  delete document.applications.app.relations.store[1].scope;
  document.machines["0"]["ip-addresses"] = [null];
  delete document.machines["0"]["network-interfaces"].eth0["is-up"];
  document.machines["0"].containers["0/lxd/2"].base = null;

  assert.deepEqual(breaches("status", document), [
    "status: no storage",
    "status.model: no cloud",
    "status.machines.0.ip-addresses: no texts",
    "status.machines.0.network-interfaces.eth0: no is-up",
    "status.machines.0.containers.0/lxd/2.base: no map",
    "status.applications.app.units.app/0.subordinates.logs/0.subordinates: no map",
    "status.applications.app.relations.store.1: no scope",
    "status.applications.db: no charm-rev",
    "status.applications.db.relations.db: no list",
    "status.storage: no map",
  ]);
});
