import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import {
  bootstrapped,
  hooksThatEnded,
  isSettled,
  machineFolderOf,
  openWrenches,
  writeRecorder,
} from "./cloud.ts";

/** Where an agent dies while it fetches a resource. */
const points = ["resource-fetched", "resource-in-place"];
const units = points.map((_, number) => `holder/${number}`);

test("another file alone runs upgrade-charm with it on every unit, also where an agent dies over it", async () => {
  await using scratch = await bootstrapped();
  const metadata = "resources: {data: {filename: data.txt}}\n";
  const script = 'status-set active "$(cat "$(resource-get data)")"';
  const charm = await writeRecorder(scratch, { name: "holder", metadata, script });
  const file = join(scratch.folder, "data.txt");
  const give = (text: string) => writeFile(file, text);
  const areSettled = (message: string) =>
    scratch.until(`the units hold "${message}"`, async () => {
      const status = await scratch.status();
      return units.every((unit) => isSettled(status, unit, message)) && status;
    });
  await give("one");
  await scratch.jumar(`deploy ${charm} -n ${units.length} --resource data=${file}`);
  await areSettled("one");
  const wrenches = await openWrenches(scratch, units);
  await areSettled("one");
  const before = await Promise.all(units.map((unit) => hooksThatEnded(scratch, unit)));
  for (const [at, point] of points.entries()) await writeFile(join(wrenches[at] ?? "", point), "");

  await give("two");
  await scratch.jumar(`attach-resource holder data=${file}`);
  const status = await areSettled("two");

  for (const [at, unit] of units.entries()) {
    const since = (await hooksThatEnded(scratch, unit)).slice(before[at]?.length);
    assert.deepEqual(since, ["upgrade-charm", "config-changed"], `after ${points[at]}`);
    await assert.rejects(readFile(join(wrenches[at] ?? "", points[at] ?? "")), { code: "ENOENT" });
    const home = join(machineFolderOf(scratch, status, unit), "agents");
    const place = join(home, `unit-${unit.replace("/", "-")}`, "resources", "data", "data.txt");
    assert.equal(await readFile(place, "utf8"), "two");
  }
  assert.equal(status.applications.holder?.["charm-rev"], 0);
  const listed = JSON.parse(await scratch.jumar("resources holder --details --format json")) as {
    resources: { unit: { fingerprint: string }; expected: { fingerprint: string } }[];
  };
  for (const { unit, expected } of listed.resources) {
    assert.equal(unit.fingerprint, expected.fingerprint);
  }
});
