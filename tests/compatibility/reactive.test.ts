import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { bootstrapped, isSettled } from "../journeys/cloud.ts";
import { copyCharm } from "./charms.ts";

test("a charm on charms.reactive installs once, relates, is configured and upgraded", async (t) => {
  await using scratch = await bootstrapped();
  const reactor = await copyCharm(scratch, "reactor", { on: "reactive" });
  const untilActive = (unit: string, message: string) =>
    scratch.until(`${unit} says ${message}`, async () => {
      const status = await scratch.status();
      return isSettled(status, unit, message) && status;
    });

  await t.test("its flags are kept from one hook to the next", async () => {
    await scratch.jumar(`deploy ${reactor}`);
    const status = await untilActive("reactor/0", "installed 1 time; reactor/0 was first");
    assert.equal(status.applications.reactor?.version, "7.0");
    assert.deepEqual(status.applications.reactor?.units?.["reactor/0"]?.["open-ports"], [
      "8080/tcp",
    ]);
  });

  await t.test("its helpers know the setting of before, and close the port", async () => {
    await scratch.jumar("config reactor port=9090");
    await scratch.until("port 9090 is open alone", async () => {
      const { applications } = await scratch.status();
      return applications.reactor?.units?.["reactor/0"]?.["open-ports"]?.join() === "9090/tcp";
    });
  });

  await t.test("endpoints hear each other", async () => {
    await scratch.jumar(`deploy ${reactor} client`);
    await scratch.jumar("integrate client:upstream reactor:website");
    await untilActive("client/0", "uses reactor/0 9090");
  });

  await t.test(
    "what the leader has set is known to the others, and an upgrade keeps flags",
    async () => {
      await scratch.jumar("add-unit reactor");
      await untilActive("reactor/1", "installed 1 time; reactor/0 was first");
      await writeFile(join(reactor, "new"), "");
      await scratch.jumar(`upgrade-charm reactor --path ${reactor}`);
      await scratch.until("both units have upgraded", async () => {
        const { applications } = await scratch.status();
        const units = Object.values(applications.reactor?.units ?? {});
        return (
          applications.reactor?.["charm-rev"] === 2 &&
          units.every((unit) => !unit["upgrading-from"])
        );
      });
      await untilActive("reactor/0", "installed 1 time; reactor/0 was first");
      await untilActive("client/0", "uses reactor/0 9090, reactor/1 9090");
    },
  );
});
