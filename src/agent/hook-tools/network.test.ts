import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, hookOf, printed, relationHookOf, run } from "../testing.ts";

const { hook } = hookOf({ addresses: ["10.0.0.7", "fc00::1"] });
const homeless = hookOf({ addresses: [] }).hook;

test("unit-get prints the unit's address, for units and for people", async () => {
  assert.deepEqual(await run(hook, "unit-get private-address"), printed("10.0.0.7\n"));
  assert.deepEqual(
    await run(hook, "unit-get --format json public-address"),
    printed('"10.0.0.7"\n'),
  );
});

test("unit-get knows two settings, and fails while there is no address", async () => {
  assert.deepEqual(await run(hook, "unit-get foo"), failed(2, 'unknown setting "foo"'));
  assert.deepEqual(await run(hook, "unit-get"), failed(2, "no setting specified"));
  assert.deepEqual(
    await run(homeless, "unit-get private-address"),
    failed(1, "cannot get private-address: the unit has no address yet"),
  );
});

test("network-get prints all that is known of a binding in JSON", async () => {
  const json =
    '{"bind-addresses":[{"mac-address":"","interface-name":"lo","addresses":[' +
    '{"hostname":"db-host","value":"10.0.0.7","cidr":"10.0.0.7/32"},' +
    '{"hostname":"db-host","value":"fc00::1","cidr":"fc00::1/128"}]}],' +
    '"egress-subnets":["10.0.0.7/32"],"ingress-addresses":["10.0.0.7","fc00::1"]}\n';

  for (const binding of ["db", "juju-info"]) {
    assert.deepEqual(await run(hook, `network-get ${binding} --format json`), printed(json));
  }
});

test("network-get repeats in YAML what had other names once", async () => {
  const yaml = `bind-addresses:
- mac-address: ""
  interface-name: lo
  addresses:
  - hostname: db-host
    value: 10.0.0.7
    cidr: 10.0.0.7/32
    address: 10.0.0.7
  macaddress: ""
  interfacename: lo
egress-subnets:
- 10.0.0.7/32
ingress-addresses:
- 10.0.0.7
`;
  const about = relationHookOf().hook;

  assert.deepEqual(await run(about, "network-get db -r 7"), printed(yaml));
  assert.deepEqual(await run(about, "network-get db --format=yaml"), printed(yaml));
});

test("network-get prints one thing by itself and several as a map", async () => {
  assert.deepEqual(await run(hook, "network-get db --ingress-address"), printed("10.0.0.7\n"));
  assert.deepEqual(await run(hook, "network-get --bind-address=true db"), printed("10.0.0.7\n"));
  assert.deepEqual(await run(hook, "network-get db --egress-subnets"), printed("10.0.0.7/32\n"));
  assert.deepEqual(
    await run(hook, "network-get db --egress-subnets --format=json"),
    printed('["10.0.0.7/32"]\n'),
  );
  assert.deepEqual(
    await run(hook, "network-get db --ingress-address --bind-address --egress-subnets"),
    printed("bind-address: 10.0.0.7\negress-subnets:\n- 10.0.0.7/32\ningress-address: 10.0.0.7\n"),
  );
});

test("network-get --primary-address stands alone", async () => {
  assert.deepEqual(await run(hook, "network-get db --primary-address"), printed("10.0.0.7\n"));
  assert.deepEqual(
    await run(hook, "network-get db --primary-address --bind-address"),
    failed(2, "--primary-address must be the only flag specified"),
  );
});

test("network-get knows the charm's endpoints and extra bindings, and no others", async () => {
  const { hook } = hookOf({ bindings: ["db", "admin-api"] });

  assert.deepEqual(await run(hook, "network-get admin-api --bind-address"), printed("10.0.0.7\n"));
  for (const options of ["", "--bind-address", "--primary-address"]) {
    assert.deepEqual(
      await run(hook, `network-get nosuch ${options}`),
      failed(1, 'no network config found for binding "nosuch"'),
    );
  }
});

test("network-get needs a binding, and fails while there is no address", async () => {
  assert.deepEqual(await run(hook, "network-get"), failed(2, "no arguments specified"));
  assert.deepEqual(await run(hook, "network-get ''"), failed(2, "no binding name specified"));
  assert.deepEqual(
    await run(homeless, "network-get db"),
    failed(1, 'no network config found for binding "db"'),
  );
});
