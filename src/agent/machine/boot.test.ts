import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { systemClock } from "#base/clock.ts";
import { agentPaths, layoutOf } from "#release/layout.ts";
import { goDown, readBoot } from "./boot.ts";

const folder = await mkdtemp(join(tmpdir(), "jumar-boot-"));
after(() => rm(folder, { recursive: true }));
const machine = { layout: layoutOf(folder), tag: "machine-0" };
await mkdir(agentPaths(machine.layout, machine.tag).home, { recursive: true });
const wrench = { at: () => {} };
const means = { clock: systemClock, wrench, signal: new AbortController().signal };

/** A process that a charm in `dataDir` has started; the command begins once it says so. */
async function workload(dataDir: string, command: string) {
  const env = {
    PATH: "/usr/bin:/bin",
    JUJU_CHARM_DIR: join(dataDir, "agents", "unit-a-0", "charm"),
  };
  const stdio = ["ignore", "pipe", "ignore"] as const;
  const child = spawn("/bin/sh", ["-c", command], { env, stdio: [...stdio] });
  await once(child.stdout ?? child, "data");
  return child;
}

test("a machine that goes down takes along what its charms have started, and nothing else", async () => {
  const [own, other] = [
    await workload(folder, "echo; exec sleep 60"),
    await workload(`${folder}-other`, "echo; exec sleep 60"),
  ];
  const ended = once(own, "exit");
  await goDown(machine, means);

  assert.equal((await ended)[1], "SIGTERM");
  assert.equal(other.exitCode ?? other.signalCode, null);
  other.kill("SIGKILL");
});

test("each time that it comes up it is in another boot, which stays", async () => {
  const boots = new Set([await readBoot(machine)]);
  for (let time = 0; time < 3; time++) {
    await goDown(machine, means);
    boots.add(await readBoot(machine));
    boots.add(await readBoot(machine));
  }
  assert.equal(boots.size, 4);
});
