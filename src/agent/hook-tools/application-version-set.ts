/** application-version-set: tells which version of the workload runs. */
import { hookTool } from "../hook-tool-kit/hook-tool.ts";

export default hookTool({
  summary: "Sets the version of the application that is shown in its status.",
  details: `
The version is that of the workload, whatever names it best, such as the version
of a package; it is not the charm's revision. It is set at once.
`,
  options: {},
  positionals: ["version"],

  run: ({ version }, hook) => hook.setWorkloadVersion(version),
});
