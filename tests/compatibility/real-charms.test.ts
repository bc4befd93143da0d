import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Scratch } from "../../scripts/scratch.ts";
import { bootstrapped, findUnit } from "../journeys/cloud.ts";
import { copyCharm } from "./charms.ts";

/** Waits until the unit says so; throws at once when one of its hooks has failed. */
async function untilSays(scratch: Scratch, unit: string, says: string) {
  const [status, message = ""] = says.split(": ");
  await scratch.until(`${unit} says ${says}`, async () => {
    const found = findUnit(await scratch.status(), unit);
    const { current, message: said = "" } = found?.["workload-status"] ?? {};
    assert.notEqual(current, "error", `${unit}: ${said}`);
    return (
      current === status && said === message && found?.["juju-status"]?.current === "idle" && found
    );
  });
}

test("an agent answers what real charms have turned out to ask", async (t) => {
  await using scratch = await bootstrapped();
  const asker = await copyCharm(scratch, "asker", { on: "bash" });

  await t.test("in hooks that are about nothing", async () => {
    await scratch.jumar(`deploy ${asker}`);
    await untilSays(scratch, "asker/0", "active: started");
  });

  await t.test("in hooks of relations", async () => {
    await scratch.jumar(`deploy ${asker} other`);
    await untilSays(scratch, "other/0", "active: started");
    await scratch.jumar("integrate other:upstream asker:site");
    await untilSays(scratch, "other/0", "active: heard slash");
  });

  await t.test("in an upgrade, which keeps what hooks have made and nothing else", async () => {
    await rm(join(asker, "old"), { recursive: true });
    await scratch.jumar(`upgrade-charm asker --path ${asker}`);
    await untilSays(scratch, "asker/0", "active: upgraded");
  });

  await t.test(
    "a charm without settings and without a hook is installed and upgraded",
    async () => {
      const bare = join(scratch.folder, "charms", "bare");
      await mkdir(bare);
      await writeFile(
        join(bare, "metadata.yaml"),
        "name: bare\nsummary: Bare\ndescription: Bare\n",
      );
      await scratch.jumar(`deploy ${bare}`);
      await untilSays(scratch, "bare/0", "unknown");
      await scratch.jumar(`upgrade-charm bare --path ${bare}`);
      await scratch.until("bare/0 runs the new revision", async () => {
        const { applications } = await scratch.status();
        const unit = applications.bare?.units?.["bare/0"];
        return applications.bare?.["charm-rev"] === 1 && unit?.["upgrading-from"] === undefined;
      });
      await untilSays(scratch, "bare/0", "unknown");
    },
  );
});
