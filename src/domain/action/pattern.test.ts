import assert from "node:assert/strict";
import { test } from "node:test";
import { toRegExp } from "./pattern.ts";

test("a pattern means what it means to a program in Go", () => {
  const matches: readonly [string, string, string][] = [
    ["^/dev/[^/]+$", "/dev/sda", "/tmp/sda"],
    ["(?i)^abc$", "aBc", "abcd"],
    ["(?is)^a.c$", "A\nC", "AC"],
    ["(?m)^b$", "a\nb", "ab"],
    ["(?P<year>\\d{4})-", "2026-", "26-"],
    ["\\Aab?\\z", "ab", "xab"],
    ["^[[:alpha:]_]+$", "ab_", "a1"],
    ["^\\pL+$", "äb", "1"],
    ["^\\PN$", "a", "1"],
    ["^\\Qa.b\\E$", "a.b", "axb"],
    ["^\\x{1F600}$", "\u{1F600}", "x"],
    ["^[\\w\\-]+$", "a-b", "a.b"],
    ["^{a}$", "{a}", "a"],
    ["^\\\\p$", "\\p", "p"],
    ["(?U)^a+$", "aa", "b"],
  ];
  for (const [pattern, yes, no] of matches) {
    const told = toRegExp(pattern);
    assert.ok(told.test(yes), `${pattern} takes ${yes}`);
    assert.ok(!told.test(no), `${pattern} does not take ${no}`);
  }
});

test("what is no pattern to anybody is refused", () => {
  for (const pattern of ["(", "[", "*", "a++", "a{2,1}"]) {
    assert.throws(() => toRegExp(pattern), SyntaxError, pattern);
  }
});
