import assert from "node:assert/strict";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { UsageError } from "#base/usage.ts";
import { readBounded, readGiven } from "./key-values.ts";

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
