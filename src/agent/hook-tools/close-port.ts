/** close-port: takes back what open-port asked for. */
import { hookTool } from "../hook-tool-kit/hook-tool.ts";
import { parsePortRanges, portUsage } from "../hook-tool-kit/ports.ts";

export default hookTool({
  summary: "Registers a request to close a port or port range.",
  details: `
A range is written as it was when it was opened: 80, 80/tcp, 8000-8010/udp or
icmp. It closes when the hook has succeeded: for every endpoint, or for those that
are named, while it stays open for the others.
`,
  ...portUsage,

  async run({ range, endpoints }, hook) {
    for (const each of parsePortRanges(range, endpoints)) await hook.closePort(each);
  },
});
