/** Port ranges as charms write them: `80`, `80/tcp`, `8000-8010/udp`, `icmp`. */
import { UsageError } from "#base/usage.ts";
import { formatPortRange, type PortRange } from "#charm/port-range.ts";
import { option } from "./hook-tool.ts";

type Range = Omit<PortRange, "endpoint">;

const portMax = 65_535;
const protocols: readonly string[] = ["tcp", "udp", "icmp"];
const icmp: Range = { protocol: "icmp", from: -1, to: -1 };

export const portUsage = {
  positionals: ["range"],
  missing: "no port or range specified",
  options: {
    endpoints: option("Only for these endpoints, separated by commas."),
  },
} as const;

/** The range, once for each of the endpoints. Throws a `UsageError` if there is no such range. */
export function parsePortRanges(text: string, endpoints: string | undefined): PortRange[] {
  const range = parseRange(text.toLowerCase());
  return (endpoints ?? "").split(",").map((endpoint) => ({ endpoint: endpoint.trim(), ...range }));
}

function parseRange(text: string): Range {
  if (text === "icmp") return icmp;
  const [, first, last = first, protocol = "tcp"] =
    /^(\d+)(?:-(\d+))?(?:\/(.*))?$/s.exec(text) ?? [];
  if (first === undefined) throw new UsageError(`invalid port "${text}"`);
  const range = { protocol, from: Number(first), to: Number(last) };
  const reason = findFault(range);
  if (reason !== undefined) throw new UsageError(reason);
  return range;
}

function findFault(range: Range): string | undefined {
  const { protocol, from, to } = range;
  if (!protocols.includes(protocol)) {
    return `invalid protocol "${protocol}", expected "tcp", "udp", or "icmp"`;
  }
  if (protocol === "icmp") return `protocol "icmp" doesn't support any ports; got "${from}"`;
  if (from > to) return `invalid port range ${formatPortRange(range)}`;
  if (from >= 1 && to <= portMax) return undefined;
  return `port range bounds must be between 1 and ${portMax}, got ${from}-${to}`;
}
