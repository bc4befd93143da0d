/** What opening and closing of port ranges makes of those that are open: for an endpoint, or all. */
import { formatPortRange, isSamePortRange, type PortRange } from "#charm/port-range.ts";

/** A range that is open for all endpoints is not open for some besides. */
export function opened(present: readonly PortRange[], range: PortRange): readonly PortRange[] {
  const alike = present.filter((each) => isAlike(each, range));
  if (alike.some(({ endpoint }) => ["", range.endpoint].includes(endpoint))) return present;
  return [...(range.endpoint === "" ? without(present, alike) : present), range];
}

/**
 * What closes for all endpoints closes for each. What closes for one of `endpoints`, but was open for
 * all, stays open for the others.
 */
export function closed(
  present: readonly PortRange[],
  range: PortRange,
  endpoints: readonly string[],
): readonly PortRange[] {
  const alike = present.filter((each) => isAlike(each, range));
  if (range.endpoint === "") return without(present, alike);
  const wasForAll = alike.find(({ endpoint }) => endpoint === "");
  if (wasForAll === undefined || !endpoints.includes(range.endpoint)) {
    return without(present, [range]);
  }
  const others = endpoints.filter((endpoint) => endpoint !== range.endpoint);
  return [...without(present, alike), ...others.map((endpoint) => ({ ...wasForAll, endpoint }))];
}

export function without(
  ranges: readonly PortRange[],
  those: readonly PortRange[],
): readonly PortRange[] {
  return ranges.filter((range) => !those.some((each) => isSamePortRange(each, range)));
}

function isAlike(a: PortRange, b: PortRange): boolean {
  return formatPortRange(a) === formatPortRange(b);
}
