import assert from "node:assert/strict";
import { test } from "node:test";
import type { PortRange } from "#charm/port-range.ts";
import type { Store } from "#store/store.ts";
import { suiteOnEachStore } from "../testing.ts";
import * as port from "./port.ts";

const icmp: PortRange = { endpoint: "", protocol: "icmp", from: -1, to: -1 };

suiteOnEachStore("ports", (openStore) => {
  test("a range that is open can be opened again, which changes nothing", async () => {
    await using store = await openStore();
    for (let times = 0; times < 2; times++) {
      await open(store, tcp(80, 90));
      await open(store, icmp);
    }

    assert.deepEqual(await list(store), [icmp, tcp(80, 90)]);
    assert.equal(await store.latestChange("prod"), 2);
  });

  test("a range that overlaps with another of the unit's is refused", async () => {
    await using store = await openStore();
    await open(store, tcp(80, 90));

    for (const [range, text] of [
      [tcp(90, 100), "90-100/tcp"],
      [tcp(1, 80), "1-80/tcp"],
      [tcp(85), "85/tcp"],
      [tcp(1, 65_535), "1-65535/tcp"],
    ] as const) {
      await assert.rejects(open(store, range), {
        code: "not valid",
        message: `cannot open ${text} (unit "mysql/0"): conflicts with existing 80-90/tcp`,
      });
    }
    assert.deepEqual(await list(store), [tcp(80, 90)]);
  });

  test("ranges beside each other, of other protocols, endpoints or units do not conflict", async () => {
    await using store = await openStore();
    const udp = { ...tcp(80, 90), protocol: "udp" };
    const website = { ...tcp(80, 90), endpoint: "website" };
    for (const range of [tcp(80, 90), tcp(79), tcp(91), udp, website]) await open(store, range);
    await open(store, tcp(85), "mysql/1");

    assert.deepEqual(
      new Set((await list(store)).map((each) => JSON.stringify(each))),
      new Set([tcp(79), tcp(80, 90), tcp(91), udp, website].map((each) => JSON.stringify(each))),
    );
    const all = await store.read("prod", port.listAll);
    assert.deepEqual([...all.keys()], ["mysql/0", "mysql/1"]);
    assert.deepEqual(all.get("mysql/1"), [tcp(85)]);
    assert.equal((await store.read("staging", port.listAll)).size, 0);
  });

  test("only what is open can be closed, and nothing else closes with it", async () => {
    await using store = await openStore();
    const website = { ...tcp(80, 90), endpoint: "website" };
    for (const range of [tcp(80, 90), website, icmp]) await open(store, range);
    const latest = await store.latestChange("prod");

    const udp = { ...tcp(80, 90), protocol: "udp" };
    await open(store, tcp(80, 90), "mysql/1");
    for (const range of [tcp(80), tcp(80, 91), tcp(79, 90), udp]) {
      await close(store, range);
    }
    assert.equal(await store.latestChange("prod"), latest + 1);
    await close(store, tcp(80, 90));
    await close(store, icmp);
    assert.deepEqual(await list(store), [website]);
    assert.equal(await store.latestChange("prod"), latest + 3);
    const others = await store.read("prod", (tx) => port.list(tx, "mysql/1"));
    assert.deepEqual(others, [tcp(80, 90)]);
    await open(store, tcp(80));
  });

  test("ports go from 1 to 65535, and protocols are three", async () => {
    await using store = await openStore();
    for (const [range, text] of [
      [tcp(0), "0/tcp"],
      [tcp(65_536), "65536/tcp"],
      [tcp(90, 80), "90-80/tcp"],
      [{ ...tcp(80), protocol: "sctp" }, "80/sctp"],
      [{ ...tcp(80), protocol: "" }, "80/"],
    ] as const) {
      await assert.rejects(open(store, range), {
        code: "not valid",
        message: `invalid port range ${text}`,
      });
    }
    for (const range of [tcp(1), tcp(65_535)]) await open(store, range);
  });

  test("a unit has no more than a thousand ranges", async () => {
    await using store = await openStore();
    await store.write("prod", async (tx) => {
      const rows = Array.from({ length: 1000 }, (_, index) => ({
        ...{ model: "prod", unit: "mysql/0", endpoint: "", protocol: "tcp" },
        ...{ from_port: index + 1, to_port: index + 1 },
      }));
      await tx.insertInto("port").values(rows).execute();
    });

    await open(store, tcp(1));
    await assert.rejects(open(store, tcp(2000)), {
      code: "not valid",
      message: 'cannot open 2000/tcp: unit "mysql/0" has 1000 ranges',
    });
    await open(store, tcp(2000), "mysql/1");
  });
});

function tcp(from: number, to: number = from): PortRange {
  return { endpoint: "", protocol: "tcp", from, to };
}

function open(store: Store, range: PortRange, unit = "mysql/0"): Promise<void> {
  return store.write("prod", (tx) => port.open(tx, unit, range));
}

function close(store: Store, range: PortRange): Promise<void> {
  return store.write("prod", (tx) => port.close(tx, "mysql/0", range));
}

function list(store: Store): Promise<PortRange[]> {
  return store.read("prod", (tx) => port.list(tx, "mysql/0"));
}
