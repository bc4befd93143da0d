/** secret-get: prints the content of a secret. */
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import { findSecretId } from "#charm/secret.ts";
import { decodeSecret } from "#charm/secret-content.ts";
import { flag, hookTool, option } from "../hook-tool-kit/hook-tool.ts";

const inBase64 = "#base64";

export default hookTool({
  summary: "Prints the content of a secret.",
  details: `
It prints all keys, or the value of one; with #base64 behind the key, as it is kept.
The unit reads the revision that was the latest when it read the secret first, until
it asks for a newer one with --refresh. With a URI, --label says what the unit calls
the secret from then on.
`,
  options: {
    label: option("What the unit calls the secret."),
    peek: flag("Prints the latest revision, this time."),
    refresh: flag("Prints the latest revision, and reads that one from then on."),
  },
  positionals: ["[id]", "[key]"],
  output: "yaml",

  async run({ id: first, key: second, label, peek, refresh }, hook) {
    if (peek && refresh) throw new UsageError("specify one of --peek or --refresh but not both");
    const { id, key } = toNamed(first, second, label);
    const asked = { id, label, isPeek: peek, isRefresh: refresh };
    const content = await hook.secretContent(asked);
    if (key === undefined) return decodeSecret(content);
    const isEncoded = key.endsWith(inBase64);
    const name = isEncoded ? key.slice(0, -inBase64.length) : key;
    if (!Object.hasOwn(content, name)) {
      throw new Problem("not found", `secret key value "${name}" not found`);
    }
    return (isEncoded ? content : decodeSecret(content))[name];
  },
});

/** What stands alone beside a label, and is no URI, is a key. */
function toNamed(first: string | undefined, second: string | undefined, label: string | undefined) {
  if (first === undefined && !label) throw new UsageError("require either a secret URI or label");
  const id = first === undefined ? undefined : findSecretId(first);
  if (first === undefined || id !== undefined) return { id, key: second };
  if (label && second === undefined) return { id, key: first };
  throw new UsageError(`secret URI "${first}" not valid`);
}
