/** A model's settings on a command line: read from files, and shown. */
import { Problem } from "#base/problem.ts";
import { readBounded } from "./key-values.ts";

export type GivenSettings = Readonly<Record<string, unknown>>;

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

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
