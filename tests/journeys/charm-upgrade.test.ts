import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { StatusDocument } from "#cli/status/status-document.ts";
import {
  bootstrapped,
  hooksThatEnded,
  isSettled,
  machineFolderOf,
  openWrenches,
  readRecord,
  writeRecorder,
} from "./cloud.ts";

/** Where the agent dies while it puts the new charm in the place of the old one. */
const duringSwitch = [
  "charm-fetched",
  "charm-unpacked",
  "charm-carried-over",
  "charm-ready",
  "charm-switched",
  "charm-in-place",
  "operation-done",
  "operation-committed",
  "operation-saved",
];

/** Where the agent dies after the hook `upgrade-charm`. */
const afterHook = ["operation-done", "operation-committed", "operation-saved"];

const unitCount = duringSwitch.length + afterHook.length;
const units = Array.from({ length: unitCount }, (_, number) => `recorder/${number}`);

/** Each hook writes a file into the charm's folder, as charms do that keep something there. */
const script = `
echo "$hook" >>kept.txt
if [ "$hook" = upgrade-charm ] && [ -e "$record.wrench" ]; then
  mv "$record.wrench" "$JUJU_CHARM_DIR/../../../wrench/$(cat "$record.wrench")"
fi
status-set active "revision $(cat revision)"
`;

function areSettled(status: StatusDocument, message: string): boolean {
  return units.every((unit) => isSettled(status, unit, message));
}

test("an agent that dies at any step of a charm's upgrade goes on from there", async () => {
  await using scratch = await bootstrapped();
  const [first, second] = [
    await writeRecorder(scratch, { name: "recorder", files: { revision: "1" }, script }),
    await writeRecorder(scratch, { name: "recorder", files: { revision: "2", added: "" }, script }),
  ];
  await scratch.jumar(`deploy ${first} -n ${unitCount}`);
  await scratch.until("the units are active", async () =>
    areSettled(await scratch.status(), "revision 1"),
  );
  const wrenches = await openWrenches(scratch, units);
  await scratch.until("the units are idle", async () =>
    areSettled(await scratch.status(), "revision 1"),
  );
  const before = await Promise.all(units.map((unit) => hooksThatEnded(scratch, unit)));
  for (const [at, point] of duringSwitch.entries()) {
    await writeFile(join(wrenches[at] ?? "", point), "");
  }
  for (const [at, point] of afterHook.entries()) {
    const name = `recorder-${duringSwitch.length + at}.wrench`;
    await writeFile(join(scratch.folder, "records", name), point);
  }

  await scratch.jumar(`upgrade-charm recorder --path ${second}`);
  await scratch.until("every unit runs the second revision", async () =>
    areSettled(await scratch.status(), "revision 2"),
  );

  const status = await scratch.status();
  const records = await readdir(join(scratch.folder, "records"));
  assert.deepEqual(
    records.filter((name) => name.endsWith(".wrench")),
    [],
  );
  for (const [at, unit] of units.entries()) {
    const point = [...duringSwitch, ...afterHook][at];
    const ended = await hooksThatEnded(scratch, unit);
    assert.deepEqual(await readdir(wrenches[at] ?? ""), [], `${point} was not reached`);
    const since = ended.slice(before[at]?.length);
    assert.deepEqual(since, ["upgrade-charm", "config-changed"], `after ${point}`);
    const begun = (await readRecord(scratch, unit)).filter((line) => line.startsWith("begin"));
    assert.equal(begun.length, ended.length, `a hook ran twice after ${point}`);
    const folder = machineFolderOf(scratch, status, unit);
    const charm = join(folder, "agents", `unit-${unit.replace("/", "-")}`, "charm");
    const kept = (await readFile(join(charm, "kept.txt"), "utf8")).trim().split("\n");
    assert.deepEqual(kept, ended, `what hooks wrote, after ${point}`);
  }
});
