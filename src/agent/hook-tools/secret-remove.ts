/** secret-remove: removes a secret, or one revision of it. */
import { parseSecretId } from "#charm/secret.ts";
import { hookTool, option } from "../hook-tool-kit/hook-tool.ts";

export default hookTool({
  summary: "Removes a secret, or a revision of it.",
  details: `
Without a revision, all of them go, and with the last one the secret.
`,
  options: {
    revision: option("The only revision that goes.", {
      check: (text) => (/^[1-9]\d{0,14}$/.test(text) ? undefined : "expected a revision's number"),
    }),
  },
  positionals: ["id"],
  missing: "missing secret URI",

  async run({ id, revision }, hook) {
    await hook.removeSecret(parseSecretId(id), revision === undefined ? 0 : Number(revision));
  },
});
