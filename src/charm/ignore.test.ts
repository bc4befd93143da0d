import assert from "node:assert/strict";
import { test } from "node:test";
import { isIgnored, parseIgnoreRules } from "./ignore.ts";

/** Which of the paths the rules leave out; a path that ends in a slash is a folder. */
function ignored(rules: string, paths: readonly string[]): string[] {
  const parsed = parseIgnoreRules(rules);
  return paths.filter((path) =>
    isIgnored(parsed, { path: path.replace(/\/$/, ""), isFolder: path.endsWith("/") }),
  );
}

test("a rule without a slash matches at any depth, one with a slash from the top", () => {
  const paths = ["a", "b/a", "b/c/a", "ab", "a.py"];

  assert.deepEqual(ignored("a", paths), ["a", "b/a", "b/c/a"]);
  assert.deepEqual(ignored("/a", paths), ["a"]);
  assert.deepEqual(ignored("b/a", paths), ["b/a"]);
});

test("a rule with a slash at its end is for folders alone", () => {
  assert.deepEqual(ignored("build/", ["build/", "src/build/", "build"]), ["build/", "src/build/"]);
  assert.deepEqual(ignored("/build/", ["build/", "src/build/"]), ["build/"]);
});

test("stars, question marks and sets match within a name, two stars across folders", () => {
  const paths = ["a.py", ".py", "b/a.pyc", "b/x/a.py", "b/x/y/a.py", "ax", "a]", "a-"];

  assert.deepEqual(ignored("*.py", paths), ["a.py", ".py", "b/x/a.py", "b/x/y/a.py"]);
  assert.deepEqual(ignored("b/*.py", paths), []);
  assert.deepEqual(ignored("b/*/a.py", paths), ["b/x/a.py"]);
  assert.deepEqual(ignored("b/**/a.py", paths), ["b/x/a.py", "b/x/y/a.py"]);
  assert.deepEqual(ignored("**/y/a.py", paths), ["b/x/y/a.py"]);
  assert.deepEqual(ignored("b/**", ["b/", "b/a", "b/x/a", "c/b/a"]), ["b/a", "b/x/a"]);
  assert.deepEqual(ignored("a?py", paths), ["a.py", "b/x/a.py", "b/x/y/a.py"]);
  assert.deepEqual(ignored("a[w-y]", paths), ["ax"]);
  assert.deepEqual(ignored("a[!x-]", paths), ["a]"]);
  assert.deepEqual(ignored("a[]]", paths), ["a]"]);
  assert.deepEqual(ignored("a[\\]\\-z]", paths), ["a]", "a-"]);
  assert.deepEqual(ignored("b[/]a", ["b/a"]), []);
  assert.deepEqual(ignored("b[!x]a", ["b/a", "bya"]), ["bya"]);
});

test("the last rule that matches decides, and an exclamation mark takes back in", () => {
  const paths = ["a.log", "keep.log", "x/keep.log"];

  assert.deepEqual(ignored("*.log\n!keep.log", paths), ["a.log"]);
  assert.deepEqual(ignored("*.log\n!/keep.log", paths), ["a.log", "x/keep.log"]);
  assert.deepEqual(ignored("!keep.log\n*.log", paths), paths);
});

test("empty lines, comments and spaces at the end mean nothing, and backslashes escape", () => {
  const paths = ["#a", "!b", "c ", "d", "e*", "ee", "f.g", "fxg"];

  assert.deepEqual(ignored("\n#a\n  \nd  \r\n", paths), ["d"]);
  assert.deepEqual(ignored("\\#a\n\\!b\nc\\ \ne\\*\nf.g", paths), ["#a", "!b", "c ", "e*", "f.g"]);
});

test("a rule that cannot be read is refused", () => {
  assert.throws(() => parseIgnoreRules("ok\na[z-a]"), {
    code: "not valid",
    message: '.jujuignore: invalid pattern "a[z-a]"',
  });
});
