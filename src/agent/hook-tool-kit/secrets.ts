/** Secrets as the arguments of hook tools name and describe them. */
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { parseDuration } from "#base/duration.ts";
import { isMissing } from "#base/files.ts";
import { isProblem, Problem } from "#base/problem.ts";
import { decodeUtf8 } from "#base/text.ts";
import { isRotation, rotations } from "#charm/secret.ts";
import { readSecretContent, type SecretContent, secretBytesMax } from "#charm/secret-content.ts";
import type { HookContext, SecretChange } from "../hook-context.ts";
import { option } from "./hook-tool.ts";

/** What tools say of a secret that they make or change. */
export const secretOptions = {
  description: option("What the secret is for."),
  expire: option("When it ends: a time, as in RFC 3339, or how long from now, as in 12h30m.", {
    check: (text) => (parseExpiry(text) ? undefined : "expected a time or a duration"),
  }),
  file: option("A YAML file of keys and values."),
  label: option("What the unit calls the secret."),
  owner: option("Whose it is: application or unit.", {
    default: () => "application",
    check: (text) =>
      text === "application" || text === "unit" ? undefined : "expected application or unit",
  }),
  rotate: option(`How often it is to be rotated: ${rotations.join(", ")}.`, {
    check: (text) => (isRotation(text) ? undefined : `expected one of ${rotations.join(", ")}`),
  }),
};

interface Given {
  readonly words: readonly string[];
  readonly description: string | undefined;
  readonly expire: string | undefined;
  readonly file: string | undefined;
  readonly label: string | undefined;
  readonly rotate: string | undefined;
}

/** What was given; undefined is what was not. Throws a `UsageError` or `not valid`. */
export async function readSecretChange(
  hook: HookContext,
  { words, description, expire, file, label, rotate }: Given,
): Promise<SecretChange> {
  const content = await readContent(hook, words, file);
  return {
    content: Object.keys(content).length > 0 ? content : undefined,
    ...{ label, description },
    rotation: rotate !== undefined && isRotation(rotate) ? rotate : undefined,
    expiry: expire === undefined ? undefined : parseExpiry(expire),
  };
}

async function readContent(
  hook: HookContext,
  words: readonly string[],
  file: string | undefined,
): Promise<SecretContent> {
  const read = (path: string) => readBounded(resolve(hook.workingFolder, path));
  const bytes = file === "-" ? await hook.readInput() : await (file && read(file));
  const yaml = bytes ? decodeUtf8(bytes) : "";
  if (yaml === undefined) throw new Problem("not valid", `${file} is not UTF-8`);
  return readSecretContent({ words, yaml }, read);
}

async function readBounded(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size <= secretBytesMax) return await readFile(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new Problem("not valid", `cannot read ${path}: there is no such file`);
  }
  throw new Problem("not valid", `${path} is longer than ${secretBytesMax} bytes`);
}

/** A time without a zone is one of UTC; a duration is longer than none. Undefined for another text. */
function parseExpiry(text: string): Temporal.Instant | Temporal.Duration | undefined {
  const hasZone = /(?:[Zz]|[+-]\d\d:?\d\d)$/.test(text);
  if (/^\d{4}-\d\d-\d\d[Tt ]/.test(text)) return parseTime(hasZone ? text : `${text}Z`);
  try {
    const duration = parseDuration(text);
    return duration.total("seconds") > 0 ? duration : undefined;
  } catch (error) {
    if (isProblem(error, "not valid")) return undefined;
    throw error;
  }
}

function parseTime(text: string): Temporal.Instant | undefined {
  try {
    return Temporal.Instant.from(text);
  } catch {
    return undefined;
  }
}
