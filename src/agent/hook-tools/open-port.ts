/** open-port: asks for ports to be open. */
import { Problem } from "#base/problem.ts";
import { formatPortRange, type PortRange } from "#charm/port-range.ts";
import { hookTool } from "../hook-tool-kit/hook-tool.ts";
import { parsePortRanges, portUsage } from "../hook-tool-kit/ports.ts";

export default hookTool({
  summary: "Registers a request to open a port or port range.",
  details: `
A range is written 80, 80/tcp, 8000-8010/udp or icmp; the protocol is tcp when it
is left out. The range opens for all endpoints, or for those that are named, when
the hook has succeeded and the application is exposed.
`,
  ...portUsage,

  async run({ range, endpoints }, hook) {
    const ranges = parsePortRanges(range, endpoints);
    const isForSome = ranges.some(({ endpoint }) => endpoint !== "");
    if (isForSome) refuseUnknown(ranges, await hook.bindings());
    await hook.openPorts(ranges);
  },
});

/** What the charm has no endpoint for would be open nowhere. */
function refuseUnknown(ranges: readonly PortRange[], bindings: readonly string[]): void {
  const stray = ranges.find(({ endpoint }) => endpoint !== "" && !bindings.includes(endpoint));
  if (stray === undefined) return;
  const reason = `endpoint "${stray.endpoint}" not found`;
  throw new Problem("not found", `cannot open ${formatPortRange(stray)}: ${reason}`);
}
