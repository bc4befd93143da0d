/**
 * Numbers as programs in Go read them from YAML: `0644` is octal, `1_000` is a thousand, and `1:30`
 * is a text.
 */
import { floatCoreTag, intCoreTag, NOT_RESOLVED, type TagDefinition } from "js-yaml";

const intPattern =
  /^([-+]?)(?:0[xX](?<hex>[\da-fA-F]+)|0[bB](?<binary>[01]+)|0[oO]?(?<octal>[0-7]+)|(?<decimal>0|[1-9]\d*))$/;
const bases = { hex: 16, binary: 2, octal: 8, decimal: 10 } as const;

function resolveInt(source: string): number | typeof NOT_RESOLVED {
  const match = intPattern.exec(withoutGaps(source));
  const [kind, digits] = Object.entries(match?.groups ?? {}).find(([, part]) => part) ?? [];
  if (kind === undefined || digits === undefined) return NOT_RESOLVED;
  const size = Number.parseInt(digits, bases[kind as keyof typeof bases]);
  if (!Number.isFinite(size)) return NOT_RESOLVED;
  return match?.[1] === "-" ? 0 - size : size;
}

function withoutGaps(source: string): string {
  return /^[-+]?\d/.test(source) ? source.replaceAll("_", "") : source;
}

export const intTag: typeof intCoreTag = { ...intCoreTag, resolve: resolveInt };

export const floatTag: typeof floatCoreTag = {
  ...floatCoreTag,
  resolve: (source, ...rest) => floatCoreTag.resolve(withoutGaps(source), ...rest),
};

/** The tag for writing: a text that either takes for a number is quoted. */
export function resolvingAs(reading: typeof intTag, tag: TagDefinition): TagDefinition {
  if (tag.nodeKind !== "scalar") return tag;
  return {
    ...tag,
    resolve: (...source) => {
      const value = reading.resolve(...source);
      return value === NOT_RESOLVED ? tag.resolve(...source) : value;
    },
  };
}
