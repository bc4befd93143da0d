import assert from "node:assert/strict";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { UsageError } from "#base/usage.ts";
import { parseKeyValues, parseSettingsRequest, readBounded, readGiven } from "./key-values.ts";

test("a setting is what stands after the first equals sign, or the text of a file", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-settings-"));
  const file = join(folder.path, "banner");
  await writeFile(file, "two\nlines\n");

  assert.deepEqual(await readGiven(["a=1", "b=x=y", "c=", `d=@${file}`]), {
    texts: { a: "1", b: "x=y", c: "", d: "two\nlines\n" },
    yaml: "",
  });
});

test("a word without an equals sign is a file of settings, and there is at most one", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-settings-"));
  const file = join(folder.path, "settings.yaml");
  await writeFile(file, "greeter: {greeting: Salut}\n");

  assert.deepEqual(await readGiven([file, "a=1"]), {
    texts: { a: "1" },
    yaml: "greeter: {greeting: Salut}\n",
  });
  await assert.rejects(
    readGiven([file, "other.yaml"]),
    new UsageError("only a single config YAML file can be specified, got 2"),
  );
});

test("a setting without a name, and a file that is not there, are refused", async () => {
  await assert.rejects(readGiven(["=1"]), new UsageError('expected "key=value", got "=1"'));
  const missing = { code: "not found", message: 'there is no file "/none/here"' };
  await assert.rejects(readGiven(["a=@/none/here"]), missing);
  await assert.rejects(readGiven(["/none/here"]), missing);
});

test("a file of settings that is too large is not read", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "jumar-settings-"));
  const file = join(folder.path, "large");
  await writeFile(file, Buffer.alloc(5 * 1024 * 1024 + 1));
  await assert.rejects(readBounded(file), {
    code: "not valid",
    message: "size of option file is larger than 5M",
  });
});

test("settings are read, or changed, or reset, each one thing at a time", () => {
  assert.deepEqual(parseSettingsRequest([], ""), { key: undefined, pairs: [], reset: [] });
  assert.deepEqual(parseSettingsRequest(["a"], ""), { key: "a", pairs: [], reset: [] });
  assert.deepEqual(parseSettingsRequest(["a=1", "b="], "c,d"), {
    ...{ key: undefined, pairs: ["a=1", "b="], reset: ["c", "d"] },
  });
  const refusals = [
    [["a", "b=1"], "", "cannot set and retrieve values simultaneously"],
    [["a"], "b", "cannot set and retrieve values simultaneously"],
    [["a", "b"], "", "can only retrieve a single value, or all values"],
    [["a=1", "ab=1"], "b,a", 'cannot set and reset "a" simultaneously'],
  ] as const;
  for (const [words, reset, message] of refusals) {
    assert.throws(() => parseSettingsRequest(words, reset), new UsageError(message));
  }
});

test("of a setting that is given twice the last counts", () => {
  assert.deepEqual(parseKeyValues(["a=1", "a=2"]), { a: "2" });
  assert.throws(() => parseKeyValues(["a"]), new UsageError('expected "key=value", got "a"'));
});
