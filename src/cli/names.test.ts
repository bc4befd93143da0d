import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { aliases, commandNames } from "./names.ts";

test("every file of a command is in the list of commands, and every command has a file", () => {
  const files = readdirSync(join(import.meta.dirname, "commands"))
    .filter((file) => !file.endsWith(".test.ts"))
    .map((file) => file.replace(/\.ts$/, ""));
  assert.deepEqual(commandNames.toSorted(), files.toSorted());
});

test("another name for a command is not a command's own name", () => {
  const taken = Object.keys(aliases).filter((alias) => commandNames.some((name) => name === alias));
  assert.deepEqual(taken, []);
});
