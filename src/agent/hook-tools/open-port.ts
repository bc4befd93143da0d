/** open-port: asks for ports to be open. */
import { hookTool } from "../hook-tool.ts";
import { parsePortRanges, portUsage } from "../hook-tool-ports.ts";

export default hookTool({
  summary: "Registers a request to open a port or port range.",
  details: `
A range is written 80, 80/tcp, 8000-8010/udp or icmp; the protocol is tcp when it
is left out. The range opens for all endpoints, or for those that are named, when
the hook has succeeded and the application is exposed.
`,
  ...portUsage,

  async run({ range, endpoints }, hook) {
    for (const each of parsePortRanges(range, endpoints)) await hook.openPort(each);
  },
});
