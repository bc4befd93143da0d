import assert from "node:assert/strict";
import { access, constants, mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../scripts/bundle.ts";
import { nextVersion } from "../../scripts/next-version.ts";
import { Scratch } from "../../scripts/scratch.ts";
import { isSettled } from "./cloud.ts";

/** Debian's `nobody`, who owns nothing. */
const nobody = 65_534;

test("an ordinary user walks the road, with nothing but a home folder", async (t) => {
  dropPrivileges();
  const closed = await findClosed([join(root, "bin", "jumar"), join(root, "dist", "agents")]);
  if (closed !== undefined) return t.skip(`only root can read ${closed} here`);
  await using home = await Scratch.open();
  const environment = { HOME: home.folder, XDG_DATA_HOME: join(home.folder, "data") };
  await mkdir(environment.XDG_DATA_HOME);
  await using scratch = await Scratch.open({ environment });
  const settled = (unit: string, message: string) =>
    scratch.until(`${unit} says ${message}`, async () =>
      isSettled(await scratch.status(), unit, message),
    );

  await scratch.jumar("bootstrap local demo");
  const machines = join(environment.XDG_DATA_HOME, "jumar", "machines");
  assert.equal((await readdir(machines)).length, 1);
  await scratch.jumar("add-model shop");
  await scratch.jumar("deploy ./examples/charms/greeter");
  await scratch.jumar("deploy ./examples/charms/counter");
  await scratch.jumar("integrate greeter counter");
  await settled("greeter/0", "Hello (1 visits)");
  for (const { pid } of await home.processes()) {
    assert.notEqual((await stat(`/proc/${pid}`)).uid, 0, `process ${pid} is root's`);
  }
  await scratch.jumar("upgrade-charm greeter --path ./examples/charms/greeter-2");
  await settled("greeter/0", "Hello! (1 visits)");
  await scratch.jumar(`upgrade-controller --agent-version ${nextVersion}`);
  await scratch.jumar("upgrade-model");
  await scratch.until("every agent runs the next version", async () => {
    const { machines: all } = await scratch.status();
    return Object.values(all).every((each) => each["juju-status"]?.version === nextVersion);
  });
  await settled("greeter/0", "Hello! (1 visits)");

  await scratch.jumar("destroy-controller demo --destroy-all-models --no-prompt");
  assert.deepEqual(await home.processes(), []);
  assert.deepEqual(await readdir(machines), []);
});

/** For good; the tests of this file have a process of their own. */
function dropPrivileges(): void {
  if (process.getuid?.() !== 0) return;
  process.setgroups?.([]);
  process.setgid?.(nobody);
  process.setuid?.(nobody);
}

async function findClosed(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const isOpen = await access(path, constants.R_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!isOpen) return path;
  }
  return undefined;
}
