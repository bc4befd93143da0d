import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { exists } from "#base/files.ts";
import type { Scratch } from "../../scripts/scratch.ts";
import {
  bootstrapped,
  findUnit,
  hooksThatEnded,
  isSettled,
  machineFolderOf,
  openWrenches,
  writeRecorder,
} from "./cloud.ts";

interface Shown {
  readonly status: { readonly current: string };
  readonly attachments?: { readonly units: Record<string, { readonly location?: string }> };
}

test("storage outlives its unit, whoever is killed on the way", async (t) => {
  await using scratch = await bootstrapped();
  const location = join(scratch.folder, "srv", "data");
  const declared = `{type: filesystem, location: ${location}}`;
  const cache = "{type: filesystem, multiple: {range: 0+}}";
  const charm = {
    name: "keeper",
    metadata: `storage:\n  data: ${declared}\n  cache: ${cache}\n`,
    script:
      '[ -z "$' +
      '{JUJU_STORAGE_LOCATION:-}" ] || test -d "$JUJU_STORAGE_LOCATION"\nstatus-set active',
  };
  await scratch.jumar(`deploy ${await writeRecorder(scratch, charm)}`);
  const settled = (unit: string) =>
    scratch.until(`${unit} is settled`, async () => isSettled(await scratch.status(), unit));
  await settled("keeper/0");
  const ended = () => hooksThatEnded(scratch, "keeper/0");
  assert.deepEqual((await ended()).slice(0, 2), ["data-storage-attached", "install"]);
  const kept = join(location, "kept");
  await writeFile(kept, "for ever");
  const [wrench = ""] = await openWrenches(scratch, ["keeper/0"]);

  await t.test("an agent that dies with a new place tells the charm of it once", async () => {
    await writeFile(join(wrench, "storage-placed"), "");
    await scratch.jumar("add-storage keeper/0 cache=rootfs,10M");
    await until(scratch, "cache/1", "attached");
    await scratch.until("the charm has heard", async () => count(await ended(), "cache") > 0);
    assert.equal(await exists(join(wrench, "storage-placed")), false);
    assert.equal(count(await ended(), "cache"), 1);
  });

  await t.test(
    "an agent that dies when the charm has let go neither asks it again nor keeps it",
    async () => {
      await writeFile(join(wrench, "operation-done"), "");
      await scratch.jumar("detach-storage data/0");
      await until(scratch, "data/0", "detached");
      await scratch.until("the link is gone", async () => !(await exists(location)));
      await scratch.jumar("attach-storage keeper/0 data/0");
      await until(scratch, "data/0", "attached");
      await scratch.until("the charm has heard", async () => count(await ended(), "data") === 3);
      assert.equal(await readFile(kept, "utf8"), "for ever");
    },
  );

  await t.test(
    "the data is there in another unit, on another machine, with a newer charm",
    async () => {
      const newer = await writeRecorder(scratch, { ...charm, files: { newer: "" } });
      await scratch.jumar(`refresh keeper --path ${newer}`);
      await settled("keeper/0");
      assert.equal(await readFile(kept, "utf8"), "for ever");
      const folder = machineFolderOf(scratch, await scratch.status(), "keeper/0");
      await scratch.jumar("remove-unit keeper/0 --no-prompt");
      await scratch.until("its machine is gone", async () => !(await exists(folder)));
      assert.deepEqual(Object.keys(await storageOf(scratch)), ["data/0"]);

      await scratch.jumar("add-unit keeper --attach-storage data/0");
      await settled("keeper/1");
      assert.equal(await readFile(kept, "utf8"), "for ever");
      assert.deepEqual(Object.keys(await storageOf(scratch)), ["data/0"]);
    },
  );

  await t.test("it goes with its application when that is meant, and leaves nothing", async () => {
    await scratch.jumar("remove-application keeper --destroy-storage --no-prompt");
    await scratch.until("it is gone", async () => {
      const isGone = findUnit(await scratch.status(), "keeper/1") === undefined;
      return isGone && Object.keys(await storageOf(scratch)).length === 0;
    });
    assert.equal(await exists(join(scratch.folder, "srv")), false);
  });
});

async function storageOf(scratch: Scratch): Promise<Readonly<Record<string, Shown>>> {
  const { storage = {} } = JSON.parse(await scratch.jumar("storage --format json"));
  return storage;
}

async function until(scratch: Scratch, id: string, status: string): Promise<void> {
  await scratch.until(`${id} is ${status}`, async () => {
    return (await storageOf(scratch))[id]?.status.current === status;
  });
}

function count(hooks: readonly string[], store: string): number {
  return hooks.filter((hook) => hook.startsWith(`${store}-storage-`)).length;
}
