import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, hookOf, printed, run, silent } from "../testing.ts";

const all = { endpoint: "", protocol: "tcp" };

test("a port or range opens for all endpoints, and with tcp, unless it says otherwise", async () => {
  const { hook, told } = hookOf();

  assert.deepEqual(await run(hook, "open-port 80"), silent);
  assert.deepEqual(await run(hook, "open-port 80/tcp"), silent);
  assert.deepEqual(await run(hook, "open-port 11211/TCP"), silent);
  assert.deepEqual(await run(hook, "open-port 8000-8010/udp"), silent);
  assert.deepEqual(await run(hook, "open-port icmp"), silent);
  assert.deepEqual(await run(hook, "open-port --endpoints 'web, db' 1337"), silent);

  assert.deepEqual(told, [
    ["openPorts", [{ ...all, from: 80, to: 80 }]],
    ["openPorts", [{ ...all, from: 80, to: 80 }]],
    ["openPorts", [{ ...all, from: 11211, to: 11211 }]],
    ["openPorts", [{ ...all, protocol: "udp", from: 8000, to: 8010 }]],
    ["openPorts", [{ ...all, protocol: "icmp", from: -1, to: -1 }]],
    [
      "openPorts",
      [
        { ...all, endpoint: "web", from: 1337, to: 1337 },
        { ...all, endpoint: "db", from: 1337, to: 1337 },
      ],
    ],
  ]);
});

test("a port does not open for an endpoint that the charm does not have, but may close for it", async () => {
  const { hook, told } = hookOf({ bindings: ["web"] });

  assert.deepEqual(
    await run(hook, "open-port 80 --endpoints web,nosuch"),
    failed(1, 'cannot open 80/tcp: endpoint "nosuch" not found'),
  );
  assert.deepEqual(told, []);
  assert.deepEqual(await run(hook, "close-port 80 --endpoints nosuch"), silent);
});

test("a port closes as it was opened", async () => {
  const { hook, told } = hookOf();

  assert.deepEqual(await run(hook, "close-port 100-200/tcP"), silent);
  assert.deepEqual(await run(hook, "close-port ICMP --endpoints=web"), silent);

  assert.deepEqual(told, [
    ["closePort", { ...all, from: 100, to: 200 }],
    ["closePort", { endpoint: "web", protocol: "icmp", from: -1, to: -1 }],
  ]);
});

test("what is no port is refused, whether to be opened or closed", async () => {
  const { hook, told } = hookOf();
  const refusals = {
    "": "no port or range specified",
    "''": 'invalid port ""',
    http: 'invalid port "http"',
    "80-90-100": 'invalid port "80-90-100"',
    "80/sctp": 'invalid protocol "sctp", expected "tcp", "udp", or "icmp"',
    "80/": 'invalid protocol "", expected "tcp", "udp", or "icmp"',
    "80/icmp": 'protocol "icmp" doesn\'t support any ports; got "80"',
    "90-80": "invalid port range 90-80/tcp",
    "0": "port range bounds must be between 1 and 65535, got 0-0",
    "65535-65536": "port range bounds must be between 1 and 65535, got 65535-65536",
    "80 81": 'unrecognized args: ["81"]',
  };

  for (const [range, refusal] of Object.entries(refusals)) {
    assert.deepEqual(await run(hook, `open-port ${range}`), failed(2, refusal));
    assert.deepEqual(await run(hook, `close-port ${range}`), failed(2, refusal));
  }
  assert.deepEqual(told, []);
});

test("opened-ports lists each range once, by protocol and then by number", async () => {
  const { hook } = hookOf({
    ports: [
      { ...all, protocol: "udp", from: 53, to: 55 },
      { ...all, endpoint: "web", from: 1337, to: 1337 },
      { ...all, endpoint: "db", from: 1337, to: 1337 },
      { ...all, endpoint: "db", from: 80, to: 90 },
      { ...all, endpoint: "db", from: 80, to: 80 },
      { ...all, from: 70, to: 2000 },
      { ...all, from: 80, to: 80 },
      { ...all, protocol: "icmp", from: -1, to: -1 },
    ],
  });

  assert.deepEqual(
    await run(hook, "opened-ports"),
    printed("icmp\n70-2000/tcp\n80/tcp\n80-90/tcp\n1337/tcp\n53-55/udp\n"),
  );
  assert.deepEqual(
    await run(hook, "opened-ports --format=json --endpoints"),
    printed(
      '["icmp (*)","70-2000/tcp (*)","80/tcp (*)","80-90/tcp (db)","1337/tcp (db, web)","53-55/udp (*)"]\n',
    ),
  );
  assert.deepEqual(await run(hookOf().hook, "opened-ports"), printed(""));
  assert.deepEqual(await run(hookOf().hook, "opened-ports --format=json"), printed("[]\n"));
});
