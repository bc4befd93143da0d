/** Port ranges: what a charm asks to be open, for one of its endpoints or, under no name, for all. */
import { Problem } from "#base/problem.ts";

export interface PortRange {
  readonly endpoint: string;
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
}

const rangesMax = 1000;

/** `80/tcp`, `8000-8010/udp` or `icmp`. */
export function formatPortRange({ protocol, from, to }: Omit<PortRange, "endpoint">): string {
  if (protocol === "icmp") return protocol;
  return `${from === to ? from : `${from}-${to}`}/${protocol}`;
}

export function isSamePortRange(a: PortRange, b: PortRange): boolean {
  return a.endpoint === b.endpoint && formatPortRange(a) === formatPortRange(b);
}

/** Throws `not valid` for a range that overlaps with another of the unit's; the same may be opened again. */
export function refusePortConflict(
  unit: string,
  range: PortRange,
  present: readonly PortRange[],
): void {
  if (present.some((each) => isSamePortRange(each, range))) return;
  const other = present.find((each) => each.endpoint === range.endpoint && overlaps(each, range));
  if (other === undefined) return;
  const reason = `conflicts with existing ${formatPortRange(other)}`;
  const message = `cannot open ${formatPortRange(range)} (unit "${unit}"): ${reason}`;
  throw new Problem("not valid", message);
}

/** Throws `not valid` where a unit that has these open already would have too many with another. */
export function refuseManyPorts(
  unit: string,
  range: PortRange,
  present: readonly PortRange[],
): void {
  if (present.length < rangesMax || present.some((each) => isSamePortRange(each, range))) return;
  const message = `cannot open ${formatPortRange(range)}: unit "${unit}" has ${rangesMax} ranges`;
  throw new Problem("not valid", message);
}

function overlaps(a: PortRange, b: PortRange): boolean {
  return a.protocol === b.protocol && a.from <= b.to && b.from <= a.to;
}
