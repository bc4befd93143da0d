/** config: reads and changes an application's settings. */
import { isMapping } from "#base/mapping.ts";
import { byKey } from "#base/order.ts";
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import { formatYaml, parseYaml } from "#base/yaml.ts";
import type { Remote } from "#client/remote.ts";
import { Application } from "#contract/application.ts";
import { type Context, command, text, textOr } from "../command.ts";
import { parseSettingsRequest, readBounded, readGiven } from "../key-values.ts";

export default command({
  summary: "Get, set, or reset configuration for a deployed application.",
  details: `
Without settings, shows all of them; with one name, the value of that one. A setting is written
key=value, or key=@file for the text of a file. Beside the charm's own settings every application has
one more, trust, which says whether the charm may use the credentials of the model's cloud.

A file has the settings under the application's name, or is what this command prints: settings that
stood at their defaults then go back there.
`,
  examples: [
    "jumar config greeter",
    "jumar config greeter greeting",
    "jumar config greeter greeting=Salut",
    "jumar config greeter --reset greeting",
    "jumar config greeter --file settings.yaml",
    "jumar config greeter --output saved.yaml; jumar config greeter --file saved.yaml",
  ],
  seeAlso: ["deploy", "status", "trust", "model-config"],
  positionals: ["applicationName", "[settings...]"],
  options: {
    file: text("Path to a YAML file of settings; - is standard input"),
    reset: textOr("", "Reset these settings to their defaults, separated by commas"),
  },
  scope: "model",
  formats: ["yaml", "json"],

  async run({ applicationName: application, settings, file, reset }, context) {
    const { key, pairs, reset: options } = parseSettingsRequest(settings, reset);
    const isChange = pairs.length + options.length > 0 || file !== undefined;
    if (key !== undefined && isChange) {
      throw new UsageError("cannot set and retrieve values simultaneously");
    }
    await using connection = await context.connectModel();
    const facade = connection.facade(Application);
    if (!isChange) {
      const found = await facade.Get({ application });
      return await show(context, found, key);
    }
    const { texts } = await readGiven(pairs);
    await warnOfSame(context, texts, () => facade.Get({ application }));
    const given = file === undefined ? "" : await readBounded(file);
    const yaml = withResets(application, given, options);
    if (pairs.length > 0 || yaml !== "") {
      await facade.SetConfigs({ application, config: texts, "config-yaml": yaml });
    }
  },
});

/** To set it again is no mistake, for from then on it is no default any more; but it changes nothing. */
async function warnOfSame(
  { out }: Context,
  texts: Readonly<Record<string, string>>,
  get: () => Promise<Found>,
): Promise<void> {
  if (Object.keys(texts).length === 0) return;
  const found = await get();
  const present = { ...found.config, ...found["application-config"] };
  for (const [key, text] of Object.entries(texts)) {
    const { value } = (present[key] ?? {}) as { readonly value?: unknown };
    if (value !== undefined && String(value) === text) {
      out.note(`WARNING the configuration setting "${key}" already has the value "${text}"`);
    }
  }
}

/**
 * One document for one call, so that all changes are made or none: null puts a setting back. One that
 * is no map of settings is left as it is, for the controller to refuse.
 */
function withResets(application: string, yaml: string, options: readonly string[]): string {
  if (options.length === 0) return yaml;
  const document = yaml === "" ? { [application]: null } : parseYaml(yaml);
  if (!isMapping(document)) return yaml;
  const key = Object.hasOwn(document, application) ? application : "settings";
  const own = document[key] === null ? {} : document[key];
  if (!isMapping(own)) return yaml;
  const resets = Object.fromEntries(options.map((name) => [name, null]));
  return formatYaml({ ...document, [key]: { ...own, ...resets } });
}

type Found = Awaited<ReturnType<Remote<typeof Application.methods>["Get"]>>;

async function show(
  { show: print, add }: Context,
  { application, charm, config, ...rest }: Found,
  key: string | undefined,
): Promise<void> {
  const own = rest["application-config"];
  if (key === undefined) {
    const settings = sorted(config);
    const all = { application, "application-config": sorted(own), charm, settings };
    return print(all, () => formatYaml(all));
  }
  const both = { ...config, ...own };
  if (!Object.hasOwn(both, key)) {
    throw new Problem("not found", `key "${key}" not found in "${application}" application config`);
  }
  const { value } = both[key] as { readonly value?: unknown };
  const text = value === undefined ? "" : String(value);
  add(text === "" || text.endsWith("\n") ? text : `${text}\n`);
}

/** The settings, and what there is to say of each, in the order of their names, as Juju shows them. */
function sorted<T>(value: T): T {
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).toSorted(byKey);
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)])) as T;
}
