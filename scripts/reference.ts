/**
 * Makes the reference pages from the program itself, or says which of them are out of date.
 *
 *     npm run reference
 *     npm run reference -- --check
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./bundle.ts";
import type { Page } from "./reference/page.ts";
import { allPages } from "./reference/pages.ts";

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const changed: Page[] = [];
for (const page of await allPages()) {
  const present = await readFile(join(root, page.path), "utf8").catch(() => "");
  if (present !== page.content) changed.push(page);
}
if (values.check) complain();
else await write();

function complain(): void {
  for (const { path } of changed) {
    process.stderr.write(`${path} is out of date: run "npm run reference"\n`);
  }
  process.exitCode = changed.length > 0 ? 1 : 0;
}

async function write(): Promise<void> {
  for (const { path, content } of changed) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
    process.stdout.write(`${path}\n`);
  }
}
