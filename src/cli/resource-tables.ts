/** How resources are shown, as Juju shows them. */
import type { WireResource } from "#contract/resources.ts";
import { parseTagOf } from "#contract/tags.ts";
import { formatTable } from "./table.ts";

export interface Found {
  readonly resources: readonly WireResource[];
  /** What each unit has fetched. */
  readonly units: readonly { readonly tag: string; readonly resources: readonly WireResource[] }[];
}

export interface Shown {
  readonly value: unknown;
  readonly text: string;
  readonly isEmpty: boolean;
}

const never = "0001-01-01T00:00:00Z";
const nothing = "-";

export function describeApplication({ resources, units }: Found, isDetailed: boolean): Shown {
  if (isDetailed) return describeDetails({ resources, units }, ["Unit", "Resource"]);
  const used = (name: string) =>
    units.some((unit) => unit.resources.some((each) => each.name === name));
  const rows = resources.map((each) => [each.name, toSupplier(each), toRevision(each)]);
  return {
    value: { resources: resources.map((each) => toDocument(each, used(each.name))) },
    text: formatTable(["Resource", "Supplied by", "Revision"], rows),
    isEmpty: resources.length === 0,
  };
}

/** Of a unit, everything that it is to have counts, fetched or not. */
export function describeUnit({ resources, units }: Found, isDetailed: boolean): Shown {
  if (isDetailed) return describeDetails({ resources, units }, ["Resource"]);
  const has = units[0]?.resources ?? [];
  const own = resources.map(({ name }) => [name, has.find((each) => each.name === name)] as const);
  return {
    value: has.map((each) => toDocument(each, true)),
    text: formatTable(
      ["Resource", "Revision"],
      own.map(([name, each]) => [name, each ? toRevision(each) : nothing]),
    ),
    isEmpty: resources.length === 0,
  };
}

function describeDetails({ resources, units }: Found, titles: readonly string[]): Shown {
  const pairs = units.flatMap(({ tag, resources: has }) =>
    resources.map((expected) => ({
      unit: parseTagOf("unit", tag),
      expected,
      actual: has.find(({ name }) => name === expected.name),
    })),
  );
  const rows = pairs.map(({ unit, expected, actual }) => {
    const revisions = [actual ? toRevision(actual) : nothing, toRevision(expected)];
    return [...(titles.includes("Unit") ? [unit] : []), expected.name, ...revisions];
  });
  const documents = pairs.map(({ unit, expected, actual }) => ({
    unitID: unit,
    unit: toDocument(
      actual ?? { ...expected, fingerprint: "", size: 0, timestamp: never },
      actual !== undefined,
    ),
    expected: toDocument(expected, actual !== undefined),
  }));
  return {
    value: { resources: documents },
    text: formatTable([...titles, "Revision", "Expected"], rows),
    isEmpty: pairs.length === 0,
  };
}

function toDocument(each: WireResource, isUsed: boolean): Readonly<Record<string, unknown>> {
  const { id, application, name, type, path, description, size, origin, timestamp, username } =
    each;
  return {
    ...{ resourceid: id, applicationId: application, name, type, path },
    ...(description ? { description } : {}),
    revision: toRevision(each),
    fingerprint: Buffer.from(each.fingerprint, "base64").toString("hex"),
    ...{ size, origin, used: isUsed },
    ...(timestamp === never ? {} : { timestamp }),
    ...(username === "" ? {} : { username }),
  };
}

/** What a user has uploaded has no number; the minute of it stands for one. */
function toRevision({ timestamp }: WireResource): string {
  return timestamp === never ? nothing : timestamp.slice(0, "2026-01-01T00:00".length);
}

function toSupplier({ username, origin }: WireResource): string {
  return username === "" ? origin : username;
}
