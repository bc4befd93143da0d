import assert from "node:assert/strict";
import { test } from "node:test";
import { sortEntries, sortNaturally } from "./natural.ts";

const sorted = (names: readonly string[]) => sortNaturally(names, (name) => name);

test("numbers in names are sorted as numbers", () => {
  assert.deepEqual(sorted(["a/10", "a/9", "a/100", "a/1"]), ["a/1", "a/9", "a/10", "a/100"]);
  assert.deepEqual(sorted(["0/lxd/10", "10", "0/lxd/9", "9", "0"]), [
    ...["0", "0/lxd/9", "0/lxd/10", "9", "10"],
  ]);
});

test("letters are sorted by their code, and equal names keep their order", () => {
  assert.deepEqual(sorted(["b", "B", "a-b/0", "a/0", "a"]), ["B", "a", "a-b/0", "a/0", "b"]);
  const items = [
    { name: "x", at: 1 },
    { name: "x", at: 2 },
  ];
  assert.deepEqual(
    sortNaturally(items, ({ name }) => name).map(({ at }) => at),
    [1, 2],
  );
});

test("entries are sorted by their names", () => {
  assert.deepEqual(sortEntries({ "m/10": "ten", "m/2": "two" }), [
    ["m/2", "two"],
    ["m/10", "ten"],
  ]);
});
