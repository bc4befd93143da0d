import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../scripts/bundle.ts";
import { allPages } from "../scripts/reference/pages.ts";

test("the reference pages say what the program says (npm run reference makes them)", async () => {
  const stale: string[] = [];
  for (const { path, content } of await allPages()) {
    const present = await readFile(join(root, path), "utf8").catch(() => "");
    if (present !== content) stale.push(path);
  }
  assert.deepEqual(stale, []);
});
