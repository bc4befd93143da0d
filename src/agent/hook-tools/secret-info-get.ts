/** secret-info-get: prints what is known of a secret, but for its content. */
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import { parseSecretId } from "#charm/secret.ts";
import type { ManagedSecret } from "#contract/unit-agent.ts";
import { hookTool, option } from "../hook-tool-kit/hook-tool.ts";
import { inOrder } from "../hook-tool-kit/output.ts";

export default hookTool({
  summary: "Prints what is known of a secret.",
  details: `
It prints the revision, label, owner, rotation and end of a secret that the unit may
change, and who may read it.
`,
  options: { label: option("What the owner calls the secret.") },
  positionals: ["[id]"],
  output: "yaml",

  async run({ id: uri, label }, hook) {
    if (!uri === !label) throw new UsageError("require either a secret URI or label");
    const id = uri ? parseSecretId(uri) : undefined;
    const all = await hook.secrets();
    const found = all.find((each) => (id ? each.id === id : each.label === label));
    if (found === undefined) throw new Problem("not found", `secret "${id ?? label}" not found`);
    return { [found.id]: toPrinted(found) };
  },
});

/** What is empty is left out, as Juju does. */
function toPrinted(secret: ManagedSecret) {
  const { revision, label, owner, description, rotation, expires, rotates, access } = secret;
  const named = { revision, label, owner, description, rotation, expiry: expires, rotates };
  const given = Object.entries(named).filter(([name, value]) => value !== "" || name === "label");
  const granted = access.map(({ target, scope, role }) => inOrder({ target, scope, role }));
  const rest = granted.length > 0 ? { access: granted } : {};
  return inOrder({ ...Object.fromEntries(given), ...rest });
}
