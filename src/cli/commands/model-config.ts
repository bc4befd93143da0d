/** model-config: reads and changes a model's settings. */
import { Problem } from "#base/problem.ts";
import { ModelConfig } from "#contract/model-config.ts";
import { command, textOr } from "../command.ts";
import { parseKeyValues, parseSettingsRequest } from "../key-values.ts";
import { formatTable } from "../table.ts";

export default command({
  summary: "Displays or sets configuration values on a model.",
  details: `
Without settings, shows all of them and where each comes from; with one name, the value of that one.
`,
  examples: [
    "jumar model-config",
    "jumar model-config update-status-hook-interval=1m",
    "jumar model-config --reset update-status-hook-interval",
  ],
  seeAlso: ["config", "models"],
  positionals: ["[settings...]"],
  options: { reset: textOr("", "Reset these settings to their defaults, separated by commas") },
  scope: "model",
  formats: ["tabular", "json", "yaml"],

  async run({ settings, reset }, context) {
    const { key, pairs, reset: unset } = parseSettingsRequest(settings, reset);
    await using connection = await context.connectModel();
    const facade = connection.facade(ModelConfig);
    if (pairs.length + unset.length > 0) {
      const resets = Object.fromEntries(unset.map((name) => [name, null]));
      return await facade.ModelSet({ config: { ...parseKeyValues(pairs), ...resets } });
    }
    const { config } = await facade.ModelGet();
    if (key === undefined) {
      const all = Object.entries(config).map(([name, { value, source }]) => [
        name,
        { Value: value, Source: source },
      ]);
      return await context.show(Object.fromEntries(all), () => formatAll(config));
    }
    const found = Object.hasOwn(config, key) ? config[key] : undefined;
    if (found === undefined)
      throw new Problem("not found", `key "${key}" not found in model settings`);
    await context.show(found.value, () => `${found.value}\n`);
  },
});

function formatAll(
  config: Readonly<Record<string, { readonly value: unknown; readonly source: string }>>,
): string {
  const names = Object.keys(config).toSorted((a, b) => (a < b ? -1 : 1));
  const rows = names.map((name) => [
    name,
    config[name]?.source ?? "",
    String(config[name]?.value ?? ""),
  ]);
  return formatTable(["Attribute", "From", "Value"], rows);
}
