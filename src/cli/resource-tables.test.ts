import assert from "node:assert/strict";
import { test } from "node:test";
import type { WireResource } from "#contract/resources.ts";
import { describeApplication, describeUnit } from "./resource-tables.ts";

const plain: WireResource = {
  ...{ id: "app/data", "pending-id": "", application: "app", name: "data", type: "file" },
  ...{ path: "data.txt", description: "", origin: "upload", revision: 0, size: 3 },
  ...{ fingerprint: "/wA=", username: "jane", timestamp: "2026-01-02T03:04:05.6Z" },
};
const newer = { ...plain, timestamp: "2026-01-02T03:09:00Z" };
const never = { fingerprint: "", size: 0, username: "", timestamp: "0001-01-01T00:00:00Z" };
const other = { ...plain, ...never, id: "app/other", name: "other", path: "other.bin" };
const found = {
  resources: [newer, other],
  units: [
    { tag: "unit-app-0", resources: [plain] },
    { tag: "unit-app-1", resources: [] },
  ],
};
const [first, second] = found.units.map((unit) => ({ ...found, units: [unit] }));

test("an application's resources are shown with who has supplied them, and when", () => {
  const { text, value, isEmpty } = describeApplication(found, false);
  assert.deepEqual(text.split("\n"), [
    "Resource  Supplied by  Revision",
    "data      jane         2026-01-02T03:09",
    "other     upload       -",
  ]);
  assert.equal(isEmpty, false);
  const rest = { applicationId: "app", type: "file", origin: "upload" };
  assert.deepEqual(value, {
    resources: [
      {
        ...{ ...rest, resourceid: "app/data", name: "data", path: "data.txt", used: true },
        ...{ revision: "2026-01-02T03:09", fingerprint: "ff00", size: 3, username: "jane" },
        timestamp: "2026-01-02T03:09:00Z",
      },
      {
        ...{ ...rest, resourceid: "app/other", name: "other", path: "other.bin", used: false },
        ...{ revision: "-", fingerprint: "", size: 0 },
      },
    ],
  });
});

test("a unit's resources are those that it has fetched, beside those that it has not", () => {
  assert.deepEqual(describeUnit(first ?? found, false).text.split("\n"), [
    "Resource  Revision",
    "data      2026-01-02T03:04",
    "other     -",
  ]);
});

test("in detail, what each unit has stands beside what it is to have", () => {
  assert.deepEqual(describeApplication(found, true).text.split("\n"), [
    "Unit   Resource  Revision          Expected",
    "app/0  data      2026-01-02T03:04  2026-01-02T03:09",
    "app/0  other     -                 -",
    "app/1  data      -                 2026-01-02T03:09",
    "app/1  other     -                 -",
  ]);
  const { text, value } = describeUnit(second ?? found, true);
  assert.deepEqual(text.split("\n"), [
    "Resource  Revision  Expected",
    "data      -         2026-01-02T03:09",
    "other     -         -",
  ]);
  const { resources } = value as { resources: Record<string, Record<string, unknown>>[] };
  assert.deepEqual(
    resources.map(({ unitID, unit, expected }) => [unitID, unit?.revision, expected?.revision]),
    [
      ["app/1", "-", "2026-01-02T03:09"],
      ["app/1", "-", "-"],
    ],
  );
});

test("where no charm declares any, there is nothing to show", () => {
  const none = { resources: [], units: found.units };
  for (const isDetailed of [false, true]) {
    assert.equal(describeApplication(none, isDetailed).isEmpty, true);
  }
});
