import assert from "node:assert/strict";
import { test } from "node:test";
import { baseOfSeries, formatBase, parseBase } from "./base.ts";

test("a base is stable unless it says otherwise, in both directions", () => {
  assert.deepEqual(parseBase("ubuntu@22.04"), { name: "ubuntu", channel: "22.04/stable" });
  assert.deepEqual(parseBase("ubuntu@22.04/edge"), { name: "ubuntu", channel: "22.04/edge" });
  for (const text of ["ubuntu@22.04", "centos@7", "ubuntu@24.04/edge", "ubuntu@24.04/stable/fix"]) {
    assert.equal(formatBase(parseBase(text)), text);
  }
});

test("what is no base is refused with the text that was given", () => {
  for (const text of ["ubuntu", "ubuntu@", "ubuntu@22.04@1", "ubuntu@22.04/wild", "ubuntu@a b"]) {
    assert.throws(() => parseBase(text), {
      code: "not valid",
      message: `base "${text}" not valid: expected a form like ubuntu@22.04`,
    });
  }
  assert.throws(() => parseBase("debian@12"), {
    code: "not valid",
    message:
      'base "debian@12" not valid: the os is none of ubuntu, centos, windows, osx, opensuse, genericlinux',
  });
});

test("the old names of releases are understood, and others are not", () => {
  const names = ["precise", "trusty", "wily", "xenial", "focal", "noble", "centos7", "constructor"];

  const bases = names.map((name) => baseOfSeries(name)).map((base) => base && formatBase(base));

  assert.deepEqual(bases, [
    "ubuntu@12.04",
    "ubuntu@14.04",
    "ubuntu@15.10",
    "ubuntu@16.04",
    "ubuntu@20.04",
    "ubuntu@24.04",
    "centos@7",
    undefined,
  ]);
});
