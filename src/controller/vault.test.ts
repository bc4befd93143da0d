import assert from "node:assert/strict";
import { mkdtempDisposable, readFile, rename, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { keyFile, Vault } from "./vault.ts";

const place = { model: "shop", secret: "abc" };
const content = { password: "czNjcjN0" };

class Safe implements AsyncDisposable {
  readonly path: string;
  hasSealed = false;
  readonly #remove: () => Promise<void>;

  private constructor(folder: string, remove: () => Promise<void>) {
    this.path = join(folder, keyFile);
    this.#remove = remove;
  }

  static async open(): Promise<Safe> {
    const folder = await mkdtempDisposable(join(tmpdir(), "jumar-vault-"));
    return new Safe(folder.path, () => folder.remove());
  }

  /** As a controller does that starts. */
  vault(): Vault {
    return new Vault({ path: this.path, hasSealed: async () => this.hasSealed });
  }

  async seal(vault = this.vault()): Promise<{ revision: number; sealed: string }> {
    const sealed = (await vault.prepare(place, content)).seal(1);
    this.hasSealed = true;
    return { revision: 1, sealed };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#remove();
  }
}

test("what was sealed opens again after a restart, with a key that only the controller reads", async () => {
  await using safe = await Safe.open();
  const kept = await safe.seal();
  assert.deepEqual(await safe.vault().open(place, kept), content);
  assert.equal((await stat(safe.path)).mode & 0o777, 0o600);
  assert.doesNotMatch(kept.sealed, /czNjcjN0/);
});

test("a key is made once, however many need it at first", async () => {
  await using safe = await Safe.open();
  const vault = safe.vault();
  const all = await Promise.all([safe.seal(vault), safe.seal(vault), safe.seal(vault)]);
  for (const kept of all) assert.deepEqual(await safe.vault().open(place, kept), content);
});

test("a revision does not open as another one, or in another secret or model", async () => {
  await using safe = await Safe.open();
  const kept = await safe.seal();
  for (const [where, what] of [
    [{ ...place, model: "blog" }, kept],
    [{ ...place, secret: "abd" }, kept],
    [place, { ...kept, revision: 2 }],
  ] as const) {
    await assert.rejects(safe.vault().open(where, what), {
      code: "not valid",
      message: `cannot read secret "${where.secret}": it has been changed since it was sealed`,
    });
  }
});

test("a controller that has lost its key says so, and goes on when it is put back", async () => {
  await using safe = await Safe.open();
  const kept = await safe.seal();
  await rename(safe.path, `${safe.path}.copy`);
  const vault = safe.vault();
  const lost = {
    code: "not valid",
    message: `${safe.path} is missing, and with it the key of this controller's secrets: put it back from a copy; if there is none, an empty file in its place begins with a new key, and what was sealed with the old one is lost`,
  };
  await assert.rejects(vault.prepare(place, content), lost);
  await assert.rejects(vault.open(place, kept), { code: "not valid" });
  await rename(`${safe.path}.copy`, safe.path);
  assert.deepEqual(await vault.open(place, kept), content);
});

test("whoever has no copy begins anew, and hears of each secret that is lost", async () => {
  await using safe = await Safe.open();
  const kept = await safe.seal();
  const old = await readFile(safe.path, "utf8");
  await writeFile(safe.path, "");
  const vault = safe.vault();
  const anew = await safe.seal(vault);
  assert.deepEqual(await vault.open(place, anew), content);
  await assert.rejects(vault.open(place, kept), ({ code, message }: Error & { code?: string }) => {
    assert.equal(code, "not valid");
    assert.match(
      message,
      /^cannot read secret "abc": it was sealed with key [0-9a-f]{8}, which is not in /,
    );
    assert.doesNotMatch(message, /not found/, "a charm would take it for a secret that is gone");
    return true;
  });
  const both = `${await readFile(safe.path, "utf8")}${old}`;
  await writeFile(safe.path, both);
  assert.deepEqual(await vault.open(place, kept), content);
});

test("a new key seals when somebody asks for one, and the old one opens what it has sealed", async () => {
  await using safe = await Safe.open();
  const old = await safe.seal();
  await writeFile(safe.path, `new\n${await readFile(safe.path, "utf8")}`);
  const vault = safe.vault();
  const anew = await safe.seal(vault);
  assert.notEqual(anew.sealed.split(".")[1], old.sealed.split(".")[1]);
  for (const kept of [old, anew]) assert.deepEqual(await safe.vault().open(place, kept), content);
  assert.doesNotMatch(await readFile(safe.path, "utf8"), /^new$/m);
});

test("a file of keys that is damaged is told by its name, and not by what is in it", async () => {
  await using safe = await Safe.open();
  await safe.seal();
  const text = await readFile(safe.path, "utf8");
  for (const damaged of ["nonsense", `${text.slice(0, -9)}\n`, text.replace("\n1 ", "\n2 ")]) {
    await writeFile(safe.path, damaged);
    await assert.rejects(safe.vault().prepare(place, content), ({ message }: Error) => {
      return (
        !message.includes("nonsense") && message.includes("is damaged: put it back from a copy")
      );
    });
  }
});
