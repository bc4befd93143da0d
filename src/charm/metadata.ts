/**
 * Metadata: what a charm says of itself in `metadata.yaml`.
 *
 * There are two formats: the first names the series that the charm runs on, the second leaves its
 * bases to `manifest.yaml`. Each has keys of its own, and a file may not mix them.
 */
import { isMapping } from "#base/mapping.ts";
import { parseAssumes } from "./assumes.ts";
import {
  type Fields,
  isAbsent,
  parseDocument,
  toBoolean,
  toNamed,
  toOptionalText,
  toText,
  toTexts,
  unexpected,
} from "./fields.ts";
import { completeVersion } from "./juju-version.ts";
import { notValid, shown } from "./refusal.ts";
import {
  checkRelations,
  jujuInfo,
  type Relation,
  type Relations,
  toRelations,
} from "./relation.ts";
import { type Resource, toResources } from "./resource.ts";
import { type Storage, toStorage } from "./storage.ts";
import { isCharmName, isSeriesName } from "./url.ts";

export interface Metadata {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly subordinate: boolean;
  readonly provides: Relations;
  readonly requires: Relations;
  readonly peers: Relations;
  readonly extraBindings: readonly string[];
  readonly series: readonly string[];
  readonly storage: Readonly<Record<string, Storage>>;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly tags: readonly string[];
  /** As the file has it, for `parseAssumes`; null when there is none. */
  readonly assumes: unknown;
  /** Empty when any version will do. */
  readonly minJujuVersion: string;
  readonly terms: readonly string[];
  readonly containers: readonly string[];
}

const file = "metadata.yaml";
const keysOfFirstFormat = ["deployment", "min-juju-version", "series"];
const keysOfSecondFormat = ["assumes", "charm-user", "containers"];
const users = ["root", "sudoer", "non-root"];

/** Reads and checks `metadata.yaml`. Throws `not valid`, with Juju's text where it has one. */
export function parseMetadata(text: string): Metadata {
  const document = parseDocument(file, text);
  if (!isMapping(document)) throw unexpected("map", document, file);
  const metadata = toMetadata(document);
  checkKeys(document);
  const { provides, requires, peers } = metadata;
  checkRelations(metadata, [provides, requires, peers].flatMap(Object.values<Relation>));
  checkExtraBindings(metadata, document["extra-bindings"]);
  checkSeries(metadata);
  checkUser(document["charm-user"]);
  parseAssumes(metadata.assumes, at("assumes"));
  return metadata;
}

/** Every endpoint of the charm by its name, with the one that all charms have. */
export function endpointsOf({
  provides,
  requires,
  peers,
}: Metadata): ReadonlyMap<string, Relation> {
  const own = [provides, requires, peers].flatMap((relations) => Object.entries(relations));
  return new Map([[jujuInfo.name, jujuInfo], ...own]);
}

function toMetadata(fields: Fields): Metadata {
  const name = toText(fields.name, at("name"));
  if (!isCharmName(name)) throw notValid(`invalid charm name ${shown(name)}`);
  return {
    name,
    summary: toText(fields.summary, at("summary")),
    description: toText(fields.description, at("description")),
    subordinate: toBoolean(fields.subordinate, at("subordinate")),
    provides: toRelations(fields.provides, "provider", at("provides")),
    requires: toRelations(fields.requires, "requirer", at("requires")),
    peers: toRelations(fields.peers, "peer", at("peers")),
    extraBindings: toBindings(fields["extra-bindings"], at("extra-bindings")),
    series: toTexts(fields.series, at("series")),
    storage: toStorage(name, fields.storage, at("storage")),
    resources: toResources(fields.resources, at("resources")),
    tags: toTexts(fields.tags, at("tags")),
    assumes: fields.assumes ?? null,
    minJujuVersion: toVersion(fields["min-juju-version"], at("min-juju-version")),
    terms: toTexts(fields.terms, at("terms")),
    containers: Object.keys(toNamed(fields.containers, at("containers"), (name) => name)),
  };
}

function at(key: string): string {
  return `${file}: ${key}`;
}

function toVersion(value: unknown, where: string): string {
  const text = toOptionalText(value, where);
  if (text === "" || completeVersion(text) !== undefined) return text;
  throw notValid(`${where}: invalid version ${shown(text)}`);
}

/** Bindings are names without values. */
function toBindings(value: unknown, where: string): string[] {
  const bindings = toNamed(value, where, (name, raw) => {
    if (!isAbsent(raw)) throw unexpected("nothing", raw, `${where}.${name}`);
    return name;
  });
  return Object.keys(bindings);
}

function checkKeys(fields: Fields): void {
  const present = (key: string) => !isAbsent(fields[key]);
  const first = keysOfFirstFormat.filter(present);
  const second = keysOfSecondFormat.filter(present);
  if (first.length === 0 || second.length === 0) return;
  const [strays, kept] = [first, second].map((keys) => `"${keys.join('", "')}"`);
  throw notValid(`ambiguous metadata: keys ${strays} cannot be used with ${kept}`);
}

function checkExtraBindings(metadata: Metadata, raw: unknown): void {
  const subject = `charm "${metadata.name}" has invalid extra bindings`;
  if (isMapping(raw) && metadata.extraBindings.length === 0) {
    throw notValid(`${subject}: extra bindings cannot be empty when specified`);
  }
  const { provides, requires, peers, extraBindings } = metadata;
  const relations = { ...provides, ...requires, ...peers };
  const taken = extraBindings.filter((name) => Object.hasOwn(relations, name)).toSorted();
  if (taken.length > 0) {
    const reason = `relation names (${taken.join(", ")}) cannot be used in extra bindings`;
    throw notValid(`${subject}: ${reason}`);
  }
}

/** As whom the charm wants to run on Kubernetes. */
function checkUser(raw: unknown): void {
  const user = toOptionalText(raw, at("charm-user"));
  if (user === "" || users.includes(user)) return;
  throw notValid(`${at("charm-user")}: expected root, sudoer or non-root, got ${shown(user)}`);
}

function checkSeries({ name, series }: Metadata): void {
  const stray = series.find((candidate) => !isSeriesName(candidate));
  if (stray === undefined) return;
  throw notValid(`charm "${name}" declares invalid series: ${shown(stray)}`);
}
