import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { killHard, type Scratch } from "../../scripts/scratch.ts";
import {
  bootstrapped,
  findUnit,
  hooksThatEnded,
  isSettled,
  machineFolderOf,
  openWrenches,
  programsOf,
  readRecord,
  writeRecorder,
} from "./cloud.ts";

const beside = "subordinate: true\nrequires: {host: {interface: juju-info, scope: container}}\n";

/** Reboots when it is told to, once before its hook has ended and once after. */
const reboot = `
if [ "$hook" = config-changed ] && [ "$(config-get reboot)" = now ] && [ ! -e "$record.down" ]; then
  touch "$record.down"
  juju-reboot --now
fi
if [ "$hook" = config-changed ] && [ "$(config-get reboot)" = after ]; then juju-reboot; fi
`;
const settings = 'options: {reboot: {type: string, default: ""}}';

/** A subordinate says whom it stands beside. */
const say = `status-set active "edition $(cat edition)\${JUJU_PRINCIPAL_UNIT:+ of $JUJU_PRINCIPAL_UNIT}"`;

const ofPrincipal = [
  "juju-info-relation-created",
  "juju-info-relation-joined",
  "juju-info-relation-changed",
];

test("subordinates live beside their principals, on machines that go down and come up", async (t) => {
  await using scratch = await bootstrapped();
  const [web, watch, newer] = [
    await writeRecorder(scratch, {
      ...{ name: "web", files: { edition: "1", "config.yaml": settings } },
      script: `${reboot}${say}`,
    }),
    await writeRecorder(scratch, {
      ...{ name: "watch", metadata: beside, files: { edition: "1" }, script: say },
    }),
    await writeRecorder(scratch, {
      ...{ name: "watch", metadata: beside, files: { edition: "2", added: "" }, script: say },
    }),
  ];
  const settled = (name: string, message: string) =>
    scratch.until(`${name} says ${message}`, async () =>
      isSettled(await scratch.status(), name, message),
    );

  await t.test(
    "a subordinate is deployed without units, and cannot be told to have any",
    async () => {
      await scratch.jumar(`deploy ${web} -n 2`);
      const { stderr } = await scratch.run(["deploy", watch, "-n", "2"]);
      assert.match(stderr, /^ERROR cannot use --num-units or --to with subordinate application$/m);
      await scratch.jumar(`deploy ${watch}`);
      for (const name of ["web/0", "web/1"]) await settled(name, "edition 1");
      const { applications } = await scratch.status();
      assert.deepEqual(applications.watch?.units ?? {}, {});
      const { stderr: refusal } = await scratch.run(["add-unit", "watch"]);
      assert.match(refusal, /application is a subordinate\n$/);
    },
  );

  await t.test(
    "what is shown of a unit before its charm says anything, and what agent runs",
    async () => {
      const log = await scratch.jumar("show-status-log web/0 --type workload -n 50");
      const shown = [
        "waiting for machine",
        "installing agent",
        "agent initialising",
        "installing charm",
      ];
      const places = shown.map((message) => log.indexOf(message));
      assert.deepEqual(
        places.toSorted((a, b) => a - b),
        places,
        log,
      );
      assert.ok((places[0] ?? -1) >= 0, log);
      const machine = machineFolderOf(scratch, await scratch.status(), "web/0");
      const { stdout } = await promisify(execFile)(join(machine, "tools", "machine-0", "jujud"), [
        "version",
      ]);
      assert.match(stdout, /^3\.6\.\d+-[a-z]+-[a-z0-9]+\n$/);
    },
  );

  await t.test("each unit of the principal gets one, whatever is killed meanwhile", async () => {
    await scratch.jumar("integrate web watch");
    await killAgents(scratch, "web/0", "web/1");
    await settled("watch/0", "edition 1 of web/0");
    await settled("watch/1", "edition 1 of web/1");
    const status = await scratch.status();
    assert.deepEqual(status.applications.watch?.["subordinate-to"], ["web"]);
    assert.deepEqual(Object.keys(status.applications.web?.units?.["web/0"]?.subordinates ?? {}), [
      "watch/0",
    ]);
    assert.equal(Object.keys(status.machines).length, 2);
    assert.match(
      await scratch.jumar("status"),
      /^web\/0\*? .*\n {2}watch\/0\*? +active +idle {2,}127\./m,
    );
    await scratch.until("web/0 has heard of watch/0", async () => {
      return (await hooksThatEnded(scratch, "web/0"))
        .slice(-1)[0]
        ?.startsWith("juju-info-relation-changed");
    });
    const own = (await hooksThatEnded(scratch, "web/0")).filter((hook) =>
      hook.startsWith("juju-info"),
    );
    assert.deepEqual(own, [
      `${ofPrincipal[0]} watch`,
      `${ofPrincipal[1]} watch/0`,
      `${ofPrincipal[2]} watch/0`,
    ]);
    assert.deepEqual(
      (await hooksThatEnded(scratch, "watch/1")).filter((hook) => hook.includes("web")),
      ["host-relation-created web", "host-relation-joined web/1", "host-relation-changed web/1"],
    );
  });

  await t.test("a new charm comes to all of them", async () => {
    await scratch.jumar(`refresh watch --path ${newer}`);
    await settled("watch/0", "edition 2 of web/0");
    await settled("watch/1", "edition 2 of web/1");
    const { stderr } = await scratch.run(["remove-unit", "watch/0", "--no-prompt"]);
    assert.match(stderr, /^ERROR unit "watch\/0" is a subordinate, to remove use remove-relation/);
  });

  await t.test("with its principal a subordinate goes, and first", async () => {
    await scratch.jumar("remove-unit web/1 --no-prompt");
    await killAgents(scratch, "web/1");
    await scratch.until("watch/1 is gone", async () => {
      const status = await scratch.status();
      return findUnit(status, "web/1") === undefined && Object.keys(status.machines).length === 1;
    });
    for (const name of ["web/1", "watch/1"]) {
      const hooks = await hooksThatEnded(scratch, name);
      assert.deepEqual(hooks.slice(-2), ["stop", "remove"], name);
      assert.ok(
        hooks.some((hook) => /relation-broken/.test(hook)),
        name,
      );
    }
  });

  await t.test("without its relation it goes, and its principal stays", async () => {
    await scratch.jumar("remove-relation web watch");
    await scratch.until("watch/0 is gone", async () => {
      return findUnit(await scratch.status(), "watch/0") === undefined;
    });
    await settled("web/0", "edition 1");
    assert.deepEqual((await hooksThatEnded(scratch, "watch/0")).slice(-4), [
      ...["host-relation-departed web/0", "host-relation-broken web", "stop", "remove"],
    ]);
    const own = (await hooksThatEnded(scratch, "web/0")).slice(-2);
    assert.deepEqual(own, [
      "juju-info-relation-departed watch/0",
      "juju-info-relation-broken watch",
    ]);
    await scratch.jumar("integrate web watch");
    await settled("watch/2", "edition 2 of web/0");
  });

  await t.test(
    "a reboot that a hook asks for comes after it, and everything starts again",
    async () => {
      const before = await started(scratch);
      await scratch.jumar("config web reboot=after");
      await scratch.until("both have started again", async () =>
        isSame(await started(scratch), before, 1),
      );
      const hooks = await hooksThatEnded(scratch, "web/0");
      assert.deepEqual(hooks.slice(-2), ["config-changed", "start"]);
    },
  );

  await t.test(
    "one that is asked for now cuts the hook short, wherever the agent dies",
    async () => {
      const before = await started(scratch);
      const [wrench = ""] = await openWrenches(scratch, ["web/0"]);
      for (const point of ["reboot-asked", "workloads-ended"])
        await writeFile(join(wrench, point), "");
      await scratch.jumar("config web reboot=now");
      await scratch.until("both have started again", async () =>
        isSame(await started(scratch), before, 1),
      );
      assert.deepEqual(await readdir(wrench), [], "the agent has died at both points");
      const record = (await readRecord(scratch, "web/0")).slice(-5).map((line) => line.trim());
      assert.deepEqual(record, [
        ...["begin config-changed", "begin config-changed", "end config-changed"],
        ...["begin start", "end start"],
      ]);
      for (const name of ["web/0", "watch/2"]) {
        await scratch.until(`${name} is idle`, async () => {
          return findUnit(await scratch.status(), name)?.["juju-status"]?.current === "idle";
        });
      }
    },
  );
});

/** The agents of the units' machines. */
async function killAgents(scratch: Scratch, ...units: readonly string[]): Promise<void> {
  const status = await scratch.status();
  for (const unit of units) {
    const { agents } = await programsOf(scratch, machineFolderOf(scratch, status, unit));
    for (const { pid } of agents) killHard(pid);
  }
}

/** How often the two units that are left have started. */
async function started(scratch: Scratch): Promise<readonly number[]> {
  const hooks = await Promise.all(
    ["web/0", "watch/2"].map((name) => hooksThatEnded(scratch, name)),
  );
  return hooks.map((each) => each.filter((hook) => hook === "start").length);
}

function isSame(counts: readonly number[], before: readonly number[], more: number): boolean {
  return counts.every((count, index) => count === (before[index] ?? 0) + more);
}
