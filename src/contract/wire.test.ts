import assert from "node:assert/strict";
import { test } from "node:test";
import { flag, integer, list, map, nullable, optional, record, text } from "./wire.ts";

const machine = record({
  id: text,
  cores: integer,
  ready: flag,
  addresses: list(text),
  labels: map(text),
  host: record({ name: text }),
  zone: optional(text),
});

const empty = { id: "", cores: 0, ready: false, addresses: [], labels: {}, host: { name: "" } };

test("what is absent or null is a zero value", () => {
  assert.deepEqual(machine.parse({}), empty);
  assert.deepEqual(machine.parse({ id: null, addresses: null, host: null, zone: null }), {
    ...empty,
    zone: undefined,
  });
  assert.deepEqual(machine.parse(undefined), empty);
});

test("a field that may be null is there even if it is absent", () => {
  const user = record({ seen: nullable(text) });
  assert.deepEqual(user.parse({}), { seen: null });
  assert.deepEqual(user.parse({ seen: null }), { seen: null });
  assert.deepEqual(user.parse({ Seen: "today" }), { seen: "today" });
  assert.equal(user.safeParse({ seen: 7 }).success, false);
});

test("a key matches whatever its case, and an exact one goes first", () => {
  assert.deepEqual(machine.parse({ Id: "7", CORES: 2, Zone: "a" }), {
    ...empty,
    id: "7",
    cores: 2,
    zone: "a",
  });
  assert.equal(machine.parse({ ID: "wrong", id: "right", Id: "wrong" }).id, "right");
});

test("what is not known is dropped, at every depth", () => {
  assert.deepEqual(machine.parse({ id: "7", host: { name: "a", rack: 3 }, colour: "red" }), {
    ...empty,
    id: "7",
    host: { name: "a" },
  });
});

test("a value of the wrong type is refused", () => {
  const wrong = [
    { id: 7 },
    { addresses: "10.0.0.1" },
    { cores: 1.5 },
    { labels: { a: 1 } },
    "x",
    [1],
  ];
  for (const value of wrong) assert.equal(machine.safeParse(value).success, false);
});
