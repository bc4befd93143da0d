/** The manifest: the bases and architectures that a charm was built for, in `manifest.yaml`. */

import { isMapping } from "#base/mapping.ts";
import { messageOf } from "#base/problem.ts";
import { type Base, parseBase } from "./base.ts";
import { parseDocument, toFields, toText, toTexts, unexpected } from "./fields.ts";
import { notValid } from "./refusal.ts";

export interface Manifest {
  readonly bases: readonly ManifestBase[];
}

interface ManifestBase extends Base {
  readonly architectures: readonly string[];
}

const file = "manifest.yaml";

/** Reads and checks `manifest.yaml`. Throws `not valid`. */
export function parseManifest(text: string): Manifest {
  const { bases } = toFields(parseDocument(file, text), file);
  const where = `${file}: bases`;
  if (bases === null || bases === undefined) return { bases: [] };
  if (!Array.isArray(bases)) throw unexpected("list", bases, where);
  return { bases: bases.map((raw, index) => toManifestBase(raw, `${where}.${index}`)) };
}

function toManifestBase(raw: unknown, where: string): ManifestBase {
  if (!isMapping(raw)) throw unexpected("map", raw, where);
  const name = toText(raw.name, `${where}.name`);
  const channel = toText(toVersionText(raw.channel), `${where}.channel`);
  return {
    ...readBase(`${name}@${channel}`, where),
    architectures: toTexts(raw.architectures, `${where}.architectures`),
  };
}

function readBase(text: string, where: string): Base {
  try {
    return parseBase(text);
  } catch (error) {
    throw notValid(`${where}: ${messageOf(error)}`, { cause: error });
  }
}

/** A version that lacks its quotes is a number to YAML, and 22.10 is one that lost its end. */
function toVersionText(channel: unknown): unknown {
  if (typeof channel !== "number") return channel;
  return Number.isInteger(channel) ? String(channel) : channel.toFixed(2);
}
