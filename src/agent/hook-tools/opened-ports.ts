/** opened-ports: lists the unit's port ranges. */
import { formatPortRange, type PortRange } from "#charm/port-range.ts";
import { flag, hookTool } from "../hook-tool-kit/hook-tool.ts";

export default hookTool({
  summary: "Lists the ports and port ranges that the unit has opened.",
  details: `
The list has the form 80/tcp, 8000-8010/udp, icmp. What the hook itself has opened
and closed counts, though the ports open and close only when it has succeeded.
`,
  options: { endpoints: flag("Says for which endpoints each is open; * is all of them.") },
  positionals: [],
  output: "smart",

  async run({ endpoints: showsEndpoints }, hook) {
    const ranges = (await hook.openedPorts()).toSorted(compare);
    const groups = Map.groupBy(ranges, formatPortRange);
    return [...groups].map(([range, same]) =>
      showsEndpoints ? `${range} (${describeEndpoints(same)})` : range,
    );
  },
});

function compare(a: PortRange, b: PortRange): number {
  if (a.protocol !== b.protocol) return a.protocol < b.protocol ? -1 : 1;
  return a.from - b.from || a.to - b.to;
}

function describeEndpoints(ranges: readonly PortRange[]): string {
  const names = ranges.map(({ endpoint }) => endpoint);
  return names.includes("") ? "*" : names.toSorted().join(", ");
}
