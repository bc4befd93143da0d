/** unit-get: prints an address of the unit. */

import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import { hookTool } from "../hook-tool-kit/hook-tool.ts";

export default hookTool({
  summary: "Prints the unit's private-address or public-address.",
  details: `
The one is the address for other units, the other that for people. A machine that
has one address only has it for both.
`,
  options: {},
  positionals: ["setting"],
  output: "smart",

  run({ setting }, { addresses: [address] }) {
    if (setting !== "private-address" && setting !== "public-address") {
      throw new UsageError(`unknown setting "${setting}"`);
    }
    if (address !== undefined) return address;
    throw new Problem("not found", `cannot get ${setting}: the unit has no address yet`);
  },
});
