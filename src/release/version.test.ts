import assert from "node:assert/strict";
import { test } from "node:test";
import { compareVersions, formatBinaryName, parseBinaryName, parseVersion } from "./version.ts";

test("versions are ordered as Juju orders them, tags before the release", () => {
  const ordered = [
    "2.0-alpha9",
    "2.0-beta1",
    "2.0-rc2",
    "2.0.0",
    "2.0.0.1",
    "2.0.1",
    "2.9.42",
    "3.6.9",
    "3.6.100",
    "3.6.101",
  ];
  const shuffled = [...ordered].reverse();

  assert.deepEqual(shuffled.toSorted(compareVersions), ordered);
  assert.equal(compareVersions("3.6.100", "3.6.100.0"), 0);
});

test("the number after a tag takes the place of the patch", () => {
  assert.deepEqual(parseVersion("2.0-beta3.4"), {
    major: 2,
    minor: 0,
    tag: "beta",
    patch: 3,
    build: 4,
  });
});

test("what is no version is refused with its text", () => {
  for (const text of ["2.9", "2.0.0-beta3", "v2.9.1", "", "1.2.3.4.5", "1.2.1234567890"]) {
    assert.throws(() => parseVersion(text), {
      message: `invalid version "${text}": expected one like 3.6.101`,
    });
  }
});

test("a binary's name says what it runs on", () => {
  const name = { version: "3.6-rc1.2", os: "ubuntu", arch: "amd64" };

  assert.deepEqual(parseBinaryName(formatBinaryName(name)), name);
  assert.throws(() => parseBinaryName("3.6.100"), { message: 'invalid binary version "3.6.100"' });
  assert.throws(() => parseBinaryName("../x-ubuntu-amd64"), { code: "not valid" });
});
