import assert from "node:assert/strict";
import { test } from "node:test";
import { checkLxdProfile, parseLxdProfile } from "./lxd-profile.ts";

test("a profile has a description, settings and devices, all of them texts", () => {
  const profile = parseLxdProfile(`
description: For nesting.
config:
  security.nesting: true
  linux.kernel_modules: openvswitch,nbd
  environment.http_proxy:
devices:
  tun: {path: /dev/net/tun, type: unix-char, mode: 0666}
`);
  assert.deepEqual(profile, {
    description: "For nesting.",
    config: { "security.nesting": "true", "linux.kernel_modules": "openvswitch,nbd" },
    devices: { tun: { path: "/dev/net/tun", type: "unix-char", mode: "0666" } },
  });
  checkLxdProfile(profile);
  for (const empty of ["", "\n", "# nothing\n", "{}", "config: {}"]) {
    assert.deepEqual(parseLxdProfile(empty), { description: "", config: {}, devices: {} });
  }
});

test("a profile that cannot be read is refused, with the place", () => {
  for (const [text, message] of [
    ["- a", "lxd-profile.yaml: expected map, got a list"],
    ["config: 3", 'lxd-profile.yaml: config: expected map, got "3"'],
    ["config: {a: [1]}", "lxd-profile.yaml: config.a: expected string, got a list"],
    [
      "devices: {tun: {type: {}}}",
      "lxd-profile.yaml: devices.tun.type: expected string, got a map",
    ],
    ["config: {", /^lxd-profile\.yaml: invalid YAML: [^\n]+$/],
  ] as const) {
    assert.throws(() => parseLxdProfile(text), { code: "not valid", message });
  }
});

test("what a charm may not ask of a container is refused with Juju's text", () => {
  const subject = "validating lxd profile: invalid lxd-profile.yaml";
  for (const [text, message] of [
    ["devices: {x: {type: disk}}", `${subject}: contains device type "disk"`],
    ["devices: {x: {path: /}}", `${subject}: contains device type ""`],
    ["config: {boot.autostart: true}", `${subject}: contains config value "boot.autostart"`],
    ["config: {limits.memory: 1GB}", `${subject}: contains config value "limits.memory"`],
    [
      "config: {migration.stateful: true}",
      `${subject}: contains config value "migration.stateful"`,
    ],
  ] as const) {
    assert.throws(() => checkLxdProfile(parseLxdProfile(text)), { code: "not valid", message });
  }
  for (const type of ["unix-char", "unix-block", "gpu", "usb"]) {
    checkLxdProfile(parseLxdProfile(`devices: {x: {type: ${type}}}`));
  }
});
