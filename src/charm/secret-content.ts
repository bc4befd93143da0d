/**
 * The content of a secret: values under keys, each in base64 wherever it is kept or sent.
 *
 * What is wrong with it is told without telling any of it.
 */
import { isMapping } from "#base/mapping.ts";
import { byKey } from "#base/order.ts";
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import { parseYamlTexts } from "#base/yaml.ts";

/** Values in base64, by key. */
export type SecretContent = Readonly<Record<string, string>>;

const keyPattern = /^[a-z](?:-?[a-z0-9]){2,}$/;
const base64Pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** Of all values together, as they are kept. */
export const secretBytesMax = 1024 * 1024;

export type ReadBytes = (path: string) => Promise<Uint8Array>;

/**
 * What words such as `key=value`, `key#base64=dmFsdWU=` and `key#file=path` say, together with a YAML
 * map of the same, which the words override. Throws a `UsageError` or `not valid`.
 */
export async function readSecretContent(
  { words, yaml }: { readonly words: readonly string[]; readonly yaml: string },
  read: ReadBytes,
): Promise<SecretContent> {
  const pairs = [...Object.entries(parseSecretYaml(yaml)), ...words.map(splitWord)];
  const content = new Map<string, string>();
  for (const [name, value] of pairs) content.set(...(await toEntry(name, value, read)));
  const all = Object.fromEntries(content);
  checkSecretContent(all);
  return all;
}

/** Throws `not valid` for keys that cannot be, values that are not base64, and too much of them. */
export function checkSecretContent(content: SecretContent): void {
  const entries = Object.entries(content);
  for (const [key, value] of entries) {
    if (!keyPattern.test(key)) throw notKey(key);
    if (!base64Pattern.test(value)) throw notBase64(key);
    if (value === "") throw new Problem("not valid", `secret key "${key}" has no value`);
  }
  const bytes = entries.reduce((sum, [, value]) => sum + value.length, 0);
  if (bytes <= secretBytesMax) return;
  const message = `secret content too large: ${bytes} of at most ${secretBytesMax} bytes`;
  throw new Problem("not valid", message);
}

function notKey(key: string): Problem {
  const rule =
    "at least 3 lower-case letters and digits, a letter first, with single hyphens between them";
  return new Problem("not valid", `secret key "${key}" not valid: expected ${rule}`);
}

/** The values as they were before they became base64. */
export function decodeSecret(content: SecretContent): Readonly<Record<string, string>> {
  const entries = Object.entries(content);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}

/** The same text for the same content. */
export function formatSecretContent(content: SecretContent): string {
  return JSON.stringify(Object.fromEntries(Object.entries(content).toSorted(byKey)));
}

function parseSecretYaml(yaml: string): Readonly<Record<string, string>> {
  const map = yaml.trim() === "" ? {} : parseQuietly(yaml);
  if (!isMapping(map)) throw new Problem("not valid", "a secret's file is to be a YAML map");
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => {
      if (typeof value === "string") return [key, value];
      throw new Problem("not valid", `the value of secret key "${key}" is not text`);
    }),
  );
}

/** What YAML has to say of a mistake may quote what stands beside it. */
function parseQuietly(yaml: string): unknown {
  try {
    return parseYamlTexts(yaml);
  } catch {
    throw new Problem("not valid", "a secret's file is to be a YAML map, and this is no YAML");
  }
}

/** A word that is no pair may be the secret itself. */
function splitWord(word: string, at: number): [name: string, value: string] {
  const end = word.indexOf("=");
  if (end < 1) throw new UsageError(`expected "key=value" as word ${at + 1} of the content`);
  return [word.slice(0, end), word.slice(end + 1)];
}

async function toEntry(name: string, value: string, read: ReadBytes): Promise<[string, string]> {
  const [, key = "", form = ""] = /^(.*?)(?:#(base64|file))?$/s.exec(name) ?? [];
  if (form === "file") return [key, Buffer.from(await read(value)).toString("base64")];
  if (form === "") return [key, Buffer.from(value, "utf8").toString("base64")];
  if (!base64Pattern.test(value)) throw notBase64(key);
  return [key, value];
}

function notBase64(key: string): Problem {
  return new Problem("not valid", `the value of secret key "${key}" is not base64`);
}
