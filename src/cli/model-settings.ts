/** A model's settings on a command line: read from files, and shown. */
import { isMapping } from "#base/mapping.ts";
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { Context } from "./command.ts";
import { readBounded } from "./key-values.ts";

type GivenSettings = Readonly<Record<string, unknown>>;

/** What a YAML file says, also one that `model-config --format yaml` has written. */
export async function readSettingsFile(path: string | undefined): Promise<GivenSettings> {
  if (path === undefined) return {};
  const { parseYaml } = await import("#base/yaml.ts");
  const document = parseYaml(await readBounded(path)) ?? {};
  if (!isMapping(document)) {
    throw new Problem("not valid", `"${path}" is not a map of settings, such as "ftp-proxy: URL"`);
  }
  return Object.fromEntries(Object.entries(document).map(([key, value]) => [key, bare(value)]));
}

/** What Juju's clients take to be no setting when they are told to ignore such. */
const readOnly: readonly string[] = ["agent-version", "charmhub-url", "name", "type", "uuid"];

export function withoutReadOnly(given: GivenSettings): GivenSettings {
  return Object.fromEntries(Object.entries(given).filter(([key]) => !readOnly.includes(key)));
}

/** Throws a `UsageError`, in Juju's words. */
export function refuseVersion(set: GivenSettings, unset: readonly string[]): void {
  if (Object.hasOwn(set, "agent-version")) {
    throw new UsageError('"agent-version" must be set via "upgrade-model"');
  }
  if (unset.includes("agent-version")) throw new UsageError('"agent-version" cannot be reset');
}

/** Says which of the settings are not known, and which change nothing now that they are set. */
export function warnAbout(
  { out }: Context,
  config: Readonly<Record<string, { readonly note?: string | undefined }>>,
  { set, unset }: { readonly set: readonly string[]; readonly unset: readonly string[] },
): void {
  for (const key of [...set, ...unset]) {
    const known = Object.hasOwn(config, key) ? config[key] : undefined;
    if (known === undefined) {
      const where = "the current model configuration";
      out.note(`WARNING key "${key}" is not defined in ${where}: possible misspelling`);
    } else if (known.note !== undefined && set.includes(key)) {
      out.note(`WARNING setting "${key}" has no effect: ${known.note}`);
    }
  }
}

/** On one line: an empty text is shown by its quotes, and a map as YAML may write it. */
export function formatValue(value: unknown): string {
  if (value === "") return '""';
  if (!isMapping(value)) return String(value);
  const pairs = Object.entries(value).map(([key, each]) => `${key}: ${formatValue(each)}`);
  return `{${pairs.join(", ")}}`;
}

/** The value without where it comes from. */
function bare(value: unknown): unknown {
  return isMapping(value) && "value" in value && "source" in value ? value.value : value;
}
