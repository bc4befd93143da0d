/** juju-reboot: lets the machine go down and come up again. */
import { flag, hookTool } from "../hook-tool-kit/hook-tool.ts";

export default hookTool({
  summary: "Reboot the machine of this unit.",
  details: `
The machine goes down once the hook has succeeded; one that fails takes the request back. With --now
the hook ends at once, and runs again from its beginning when the machine is up. After that the start
hook runs, in every unit of the machine that has started before.
`,
  positionals: [],
  options: { now: flag("Reboot at once, and run this hook again afterwards") },
  run: ({ now }, hook) => hook.reboot(now),
});
