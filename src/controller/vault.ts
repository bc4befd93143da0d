/**
 * The vault: seals the content of secrets, and opens it again.
 *
 * Its keys lie in a file beside the controller's other files, readable by the controller alone, and
 * not in the database; so a copy of the database gives away no secret. The first key of the file seals,
 * each of them opens. The file is made when it is first needed, but not while there is content that
 * was sealed with a key that it had: whoever lost it may have a copy. One that is empty says that
 * there is none, and begins with a new key.
 */
import { readTextIfAny, writeFileDurably } from "#base/files.ts";
import { Problem } from "#base/problem.ts";
import {
  fingerprint,
  isSealKey,
  keyNameOf,
  newSealKey,
  type SealKey,
  seal,
  toSealKey,
  unseal,
} from "#base/seal.ts";
import { formatSecretContent, type SecretContent } from "#charm/secret-content.ts";
import type { Content } from "#domain/secret/revision.ts";

/** Beside `controller.json`. */
export const keyFile = "secrets.key";
const keyFormat = "1";
/** What somebody writes into the file who wants a new key before the others. */
const newKey = "new";
const heading = `# What the controller's secrets are sealed with; the first key seals, each of them opens.
# Without it nobody can read them: keep a copy of this file, apart from copies of the database.
`;

/** Whose content it is. */
interface Place {
  readonly model: string;
  readonly secret: string;
}

interface Setting {
  readonly path: string;
  /** Whether there is content that some key has sealed. */
  readonly hasSealed: () => Promise<boolean>;
}

export class Vault {
  readonly #setting: Setting;
  #keys: Promise<readonly SealKey[]> | undefined;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  /** Makes a key if there is none yet. Throws `not valid`, and what to do, when it was lost. */
  async ready(): Promise<void> {
    await this.#load();
  }

  /** Throws `not valid`, and what to do, when there is no key to seal with. */
  async prepare({ model, secret }: Place, content: SecretContent): Promise<Content> {
    const [key] = await this.#load();
    if (key === undefined) throw new Error("a vault has no key");
    const text = formatSecretContent(content);
    return {
      fingerprint: fingerprint(key, text, [model, secret]),
      seal: (revision) => seal(key, text, [model, secret, `${revision}`]),
    };
  }

  /** Throws `not valid`, and what to do, when the key is not there, or it was not sealed as this. */
  async open(
    { model, secret }: Place,
    { revision, sealed }: { readonly revision: number; readonly sealed: string },
  ): Promise<SecretContent> {
    try {
      const key = await this.#find(keyNameOf(sealed));
      return JSON.parse(unseal(key, sealed, [model, secret, `${revision}`])) as SecretContent;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const message = `cannot read secret "${secret}": ${error.message}`;
      throw new Problem(error.code, message, { cause: error });
    }
  }

  /** A file that was put back counts at once. */
  async #find(name: string): Promise<SealKey> {
    const isNamed = (key: SealKey) => key.name === name;
    const known = (await this.#load()).find(isNamed);
    if (known) return known;
    this.#keys = undefined;
    const found = (await this.#load()).find(isNamed);
    if (found) return found;
    const reason = `it was sealed with key ${name}, which is not in ${this.#setting.path}`;
    const hint = "put the file back from a copy, or give the secret new content";
    throw new Problem("not valid", `${reason}; ${hint}`);
  }

  /** Reads the keys once; what fails is tried again. */
  #load(): Promise<readonly SealKey[]> {
    this.#keys ??= this.#read().catch((error: unknown) => {
      this.#keys = undefined;
      throw error;
    });
    return this.#keys;
  }

  async #read(): Promise<readonly SealKey[]> {
    const { path, hasSealed } = this.#setting;
    const text = await readTextIfAny(path);
    if (text === undefined && (await hasSealed())) throw lost(path);
    const lines = linesOf(text ?? "");
    const known = lines.filter((line) => line !== newKey).map((line) => parseKey(path, line));
    if (known.length > 0 && known.length === lines.length) return known;
    const keys = [newSealKey(), ...known];
    await writeFileDurably(path, formatKeys(keys));
    return keys;
  }
}

function lost(path: string): Problem {
  const reason = `${path} is missing, and with it the key of this controller's secrets`;
  const hint = `put it back from a copy; if there is none, an empty file in its place begins with a new key, and what was sealed with the old one is lost`;
  return new Problem("not valid", `${reason}: ${hint}`);
}

function formatKeys(keys: readonly SealKey[]): string {
  const lines = keys.map(({ name, bytes }) => `${keyFormat} ${name} ${bytes.toString("base64")}\n`);
  return `${heading}${lines.join("")}`;
}

function linesOf(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
}

/** Throws `not valid` for a file that was damaged, without telling what is in it. */
function parseKey(path: string, line: string): SealKey {
  const [format, name, text = ""] = line.split(/\s+/);
  const bytes = Buffer.from(text, "base64");
  if (format === keyFormat && isSealKey(bytes)) {
    const key = toSealKey(bytes);
    if (key.name === name) return key;
  }
  throw new Problem("not valid", `${path} is damaged: put it back from a copy`);
}
