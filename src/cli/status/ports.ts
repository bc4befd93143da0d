/** Open ports in the short form of a status: `80,443/tcp 53/udp`. */
import { sortNaturally } from "./natural.ts";

interface Range {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
}

/**
 * The ranges of each protocol in order, those that touch as one: of `8775/tcp`, `80/tcp` and
 * `8774/tcp` it makes `80,8774-8775/tcp`. A protocol without ports, such as icmp, is its name.
 */
export function formatPorts(ports: readonly string[]): string {
  const byProtocol = Map.groupBy(ports.map(parseRange), ({ protocol }) => protocol);
  return sortNaturally([...byProtocol], ([protocol]) => protocol)
    .map(([protocol, ranges]) => formatGroup(protocol, ranges))
    .join(" ");
}

function formatGroup(protocol: string, ranges: readonly Range[]): string {
  const numbers = merge(ranges)
    .map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`))
    .join(",");
  return numbers === "" ? protocol : `${numbers}/${protocol}`;
}

function merge(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  for (const range of ranges.filter(({ from }) => from > 0).toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last === undefined || range.from > last.to + 1) merged.push(range);
    else merged[merged.length - 1] = { ...last, to: Math.max(last.to, range.to) };
  }
  return merged;
}

/** Reads `80/tcp`, `8000-8010/udp` and `icmp`, whose ports are 0. */
function parseRange(text: string): Range {
  const [numbers = "", protocol] = text.split("/");
  if (protocol === undefined) return { protocol: text, from: 0, to: 0 };
  const [from = 0, to = from] = numbers.split("-").map(Number);
  return { protocol, from, to };
}
