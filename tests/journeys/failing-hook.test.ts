import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Scratch } from "../../scripts/scratch.ts";
import {
  bootstrapped,
  findUnit,
  hooksThatEnded,
  isSettled,
  readRecord,
  writeRecorder,
} from "./cloud.ts";

/** Of each try the time, and failure while there is a file that says so, for each unit by itself. */
const script = `
date +%s%N >>"$record.$hook.times"
[ ! -e "$record.fail-$hook" ]
status-set active "edition $(cat edition)"
`;

const config = "options:\n  size: {type: int, default: 1}\n";

/** Writes everything that a hook can write before it fails, and says later what of it is there. */
const writing = `
if [ "$hook" = config-changed ] && [ -e "$record.fail-$hook" ]; then
  relation-set -r "$(relation-ids ring)" word=lost
  relation-set -r "$(relation-ids ring)" --app word=lost
  state-set word=lost
  open-port 99
  secret-add word=lost
  storage-add cache
  juju-log "so far so good"
  application-version-set 9
  leader-set word=kept
  exit 1
fi
ring=$(relation-ids ring)
seen=
if [ -n "$ring" ]; then
  seen="$(relation-get -r "$ring" word "$JUJU_UNIT_NAME")$(relation-get -r "$ring" --app word writer)"
fi
seen="$seen$(state-get word)$(opened-ports)$(secret-ids)$(storage-list)"
status-set active "lost: $seen, kept: $(leader-get word)"
`;

const writer = {
  name: "writer",
  metadata: `
peers:
  ring:
    interface: ring
storage:
  cache:
    type: filesystem
    multiple:
      range: 0-
`,
  files: { "config.yaml": config },
  script: writing,
};

const [patient, mended, skipped, leaving, upgraded] = [
  ...["recorder/0", "recorder/1", "recorder/2", "recorder/3"],
  "second/0",
] as const;
const units = [patient, mended, skipped, leaving, upgraded];

test("a hook that fails is shown, tried again, and resolved as the operator says", async (t) => {
  await using scratch = await bootstrapped();
  const [first, second] = [
    await writeRecorder(scratch, {
      ...{ name: "recorder", files: { edition: "1", "config.yaml": config }, script },
    }),
    await writeRecorder(scratch, {
      name: "recorder",
      files: { edition: "2", "config.yaml": config, added: "" },
      script: 'status-set active "edition $(cat edition)"',
    }),
  ];
  const settled = (unit: string, message = "edition 1") =>
    scratch.until(`${unit} is settled`, async () => {
      return isSettled(await scratch.status(), unit, message);
    });
  await scratch.jumar(`deploy ${first} -n 4`);
  await scratch.jumar(`deploy ${first} second`);
  for (const unit of units) await settled(unit);
  for (const unit of units) await writeFile(failure(scratch, unit), "");

  await t.test(
    "its unit is in error, whatever the charm said last, and its agent idle",
    async () => {
      await scratch.jumar("config recorder size=2");
      await scratch.jumar("config second size=2");
      for (const unit of units) await scratch.until(`${unit} fails`, () => isFailed(scratch, unit));
      const { applications } = await scratch.status();
      assert.equal(applications.recorder?.["application-status"]?.current, "error");
      const tabular = await scratch.jumar("status");
      assert.match(tabular, /^recorder\/0\*? +error +idle .* hook failed: "config-changed"$/m);
    },
  );

  await t.test("resolved runs the hook again at once, and the unit goes on", async () => {
    await rm(failure(scratch, mended));
    await scratch.jumar(`resolved ${mended}`);
    await settled(mended);
    const { stderr } = await scratch.run(["resolved", mended]);
    assert.equal(stderr, `ERROR unit "${mended}" is not in an error state\n`);
  });

  await t.test("resolved --no-retry takes the hook as done, and it does not run", async () => {
    const before = await readRecord(scratch, skipped);
    await scratch.jumar(`resolved ${skipped} --no-retry`);
    await settled(skipped);
    assert.deepEqual(await readRecord(scratch, skipped), before);
  });

  await t.test("a unit in error that is removed goes when its hook is resolved", async () => {
    await scratch.jumar(`remove-unit ${leaving} --no-prompt`);
    const tries = (await triesOf(scratch, leaving)).length;
    await scratch.until("the hook is tried again", async () => {
      return (await triesOf(scratch, leaving)).length > tries;
    });
    await scratch.until("the unit is in error again", () => isFailed(scratch, leaving));
    await scratch.jumar(`resolved ${leaving} --no-retry`);
    await scratch.until("the unit is gone", async () => {
      return findUnit(await scratch.status(), leaving) === undefined;
    });
    assert.deepEqual((await hooksThatEnded(scratch, leaving)).slice(-2), ["stop", "remove"]);
  });

  await t.test("a new charm is in place when the hook is tried the next time", async () => {
    await scratch.jumar(`refresh second --path ${second}`);
    await settled(upgraded, "edition 2");
    const ended = await hooksThatEnded(scratch, upgraded);
    assert.deepEqual(ended.slice(-1), ["config-changed"]);
    assert.ok(!ended.includes("upgrade-charm"), "the hook that failed ran from the new code");
  });

  await t.test("left alone it is tried again, later each time, until it succeeds", async () => {
    await scratch.until("the second try", async () => (await triesOf(scratch, patient)).length > 1);
    await rm(failure(scratch, patient));
    await settled(patient);
    const [one = 0n, two = 0n, three = 0n] = (await triesOf(scratch, patient)).slice(-3);
    assert.ok(three - two > two - one, "the second pause is longer than the first");
  });

  await t.test(
    "of what a hook wrote that failed nothing is seen but what takes effect at once",
    async () => {
      await scratch.jumar(`deploy ${await writeRecorder(scratch, writer)}`);
      await settled("writer/0", "lost: , kept: ");
      await writeFile(failure(scratch, "writer/0"), "");
      await scratch.jumar("config writer size=2");
      await scratch.until("writer/0 fails", () => isFailed(scratch, "writer/0"));
      const status = await scratch.status();
      assert.equal(status.applications.writer?.version, "9");
      assert.equal(findUnit(status, "writer/0")?.["open-ports"], undefined);
      assert.deepEqual(JSON.parse(await scratch.jumar("secrets --format=json")), {});
      const log = await scratch.jumar("debug-log --replay --no-tail --include unit-writer-0");
      assert.match(log, /so far so good/);
      await rm(failure(scratch, "writer/0"));
      await scratch.jumar("resolved writer/0");
      await settled("writer/0", "lost: , kept: kept");
    },
  );

  await t.test("no hook that succeeded ran twice", async () => {
    for (const unit of [patient, mended]) {
      const ended = await hooksThatEnded(scratch, unit);
      assert.equal(ended.filter((hook) => hook === "config-changed").length, 2, unit);
    }
  });
});

function recordOf({ folder }: Scratch, unit: string): string {
  return join(folder, "records", unit.replace("/", "-"));
}

/** The file that makes the unit's config-changed fail. */
function failure(scratch: Scratch, unit: string): string {
  return `${recordOf(scratch, unit)}.fail-config-changed`;
}

/** When config-changed was tried, since the first time, which succeeded. */
async function triesOf(scratch: Scratch, unit: string): Promise<readonly bigint[]> {
  const text = await readFile(`${recordOf(scratch, unit)}.config-changed.times`, "utf8");
  return text.trim().split("\n").map(BigInt).slice(1);
}

async function isFailed(scratch: Scratch, name: string): Promise<boolean> {
  const unit = findUnit(await scratch.status(), name);
  const { current, message } = unit?.["workload-status"] ?? {};
  const isSaid = current === "error" && message === 'hook failed: "config-changed"';
  return isSaid && unit?.["juju-status"]?.current === "idle";
}
