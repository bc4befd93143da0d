import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "#base/usage.ts";
import {
  checkSecretContent,
  decodeSecret,
  formatSecretContent,
  readSecretContent,
  secretBytesMax,
} from "./secret-content.ts";

const files: Readonly<Record<string, string>> = { "/key": "from a file\n" };

function read(words: readonly string[], yaml = "") {
  return readSecretContent({ words, yaml }, async (path) => Buffer.from(files[path] ?? ""));
}

test("values are given as they are, in base64, in files, and in YAML, which words override", async () => {
  const words = ["user=mysql", "password#base64=czNjcjN0", "key#file=/key", "equation=a=b"];
  const yaml = "user: root\nport: 3306\ntoken#base64: AAEC\n";
  const content = await read(words, yaml);
  assert.deepEqual(decodeSecret(content), {
    ...{ user: "mysql", password: "s3cr3t", key: "from a file\n", equation: "a=b" },
    ...{ port: "3306", token: "\0\u0001\u0002" },
  });
  assert.equal(content.token, "AAEC");
});

test("what is wrong is told without telling any of the secret", async () => {
  const wrong: readonly (readonly [string[], string])[] = [
    [["s3cr3t"], ""],
    [["user=a", "s3cr3t"], ""],
    [["ab=s3cr3t"], ""],
    [["Password=s3cr3t"], ""],
    [["password#base64=s3cr3t!"], ""],
    [[], "s3cr3t"],
    [[], "password: [s3cr3t"],
    [[], "password: {a: s3cr3t}"],
    [[`password=s3cr3t${"x".repeat(secretBytesMax)}`], ""],
  ];
  for (const [words, yaml] of wrong) {
    await assert.rejects(read(words, yaml), ({ message }: Error) => !message.includes("s3cr3t"));
  }
});

test("keys are words of at least three letters, and every key has a value", async () => {
  await assert.rejects(read(["ab=1"]), {
    code: "not valid",
    message:
      'secret key "ab" not valid: expected at least 3 lower-case letters and digits, a letter first, ' +
      "with single hyphens between them",
  });
  await assert.rejects(read(["password="]), { message: 'secret key "password" has no value' });
  await assert.rejects(
    read(["user=a", "b"]),
    new UsageError('expected "key=value" as word 2 of the content'),
  );
  assert.throws(() => checkSecretContent({ password: "not base64" }), {
    message: 'the value of secret key "password" is not base64',
  });
});

test("the order of keys makes no difference", () => {
  assert.equal(
    formatSecretContent({ b: "Yg==", a: "YQ==" }),
    formatSecretContent({ a: "YQ==", b: "Yg==" }),
  );
});
