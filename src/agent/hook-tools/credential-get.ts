/** credential-get: prints what a trusted charm needs to use the model's cloud. */
import type { CloudSpec } from "#contract/unit-agent.ts";
import { hookTool } from "../hook-tool-kit/hook-tool.ts";
import { inOrder } from "../hook-tool-kit/output.ts";

export default hookTool({
  summary: "Prints the model's cloud, and the credential that it is used with.",
  details: `
Only a charm that the operator trusts is told; see the command trust. What the cloud
does not have is left out.
`,
  options: {},
  positionals: [],
  output: "yaml",

  run: async (_args, hook) => describe(await hook.cloudSpec()),
});

function describe({ type, name, region, credential, ...rest }: CloudSpec) {
  const { "auth-type": authType, attrs, redacted } = credential ?? {};
  const known = credential && present({ "auth-type": authType, attrs, redacted });
  return present({ type, name, region, ...rest, credential: known });
}

function present(fields: Readonly<Record<string, unknown>>) {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined && value !== "");
  return inOrder(Object.fromEntries(known));
}
