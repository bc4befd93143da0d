/** model-config: reads and changes a model's settings. */

import { isDeepStrictEqual } from "node:util";
import { byText } from "#base/order.ts";
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { Remote } from "#client/remote.ts";
import { ModelConfig } from "#contract/model-config.ts";
import { type Context, command, flag, text, textOr } from "../command.ts";
import { parseKeyValues, parseSettingsRequest } from "../key-values.ts";
import {
  formatValue,
  readSettingsFile,
  refuseVersion,
  warnAbout,
  withoutReadOnly,
} from "../model-settings.ts";
import { formatTable } from "../table.ts";

export default command({
  summary: "Displays or sets configuration values on a model.",
  details: `
Without settings, shows all of them and where each comes from; with one name, the value of that one.
A setting that is not known is kept, and you hear of it, since its name may be misspelt.

--file takes a YAML file of settings, such as what --format yaml prints. Settings that are given as
key=value go before those of the file.
`,
  examples: [
    "jumar model-config",
    "jumar model-config update-status-hook-interval",
    "jumar model-config update-status-hook-interval=1m logging-config=DEBUG",
    "jumar model-config --reset update-status-hook-interval",
    "jumar model-config --file settings.yaml --ignore-read-only-fields",
  ],
  seeAlso: ["model-defaults", "models", "config"],
  positionals: ["[settings...]"],
  options: {
    file: text("Path to a YAML file of settings"),
    "ignore-read-only-fields": flag("Leave out what cannot be set, such as the agent's version"),
    reset: textOr("", "Reset these settings to their defaults, separated by commas"),
  },
  scope: "model",
  formats: ["tabular", "json", "yaml"],

  async run({ settings, file, reset, "ignore-read-only-fields": isLenient }, context) {
    const { key, pairs, reset: unset } = parseSettingsRequest(settings, reset);
    const given = { ...(await readSettingsFile(file)), ...parseKeyValues(pairs) };
    const isChange = pairs.length + unset.length > 0 || file !== undefined;
    if (key !== undefined && isChange) {
      throw new UsageError("cannot set and retrieve values simultaneously");
    }
    const set = isLenient ? withoutReadOnly(given) : given;
    if (isChange) refuseVersion(set, unset);
    await using connection = await context.connectModel();
    const facade = connection.facade(ModelConfig);
    const { config } = await facade.ModelGet();
    if (!isChange) return await show(context, config, key);
    const resets = Object.fromEntries(unset.map((name) => [name, null]));
    const isNew = (name: string) => !isDeepStrictEqual(set[name], config[name]?.value);
    warnAbout(context, config, { set: Object.keys(set).filter(isNew), unset });
    await facade.ModelSet({ config: { ...set, ...resets } });
  },
});

type Config = Awaited<ReturnType<Remote<typeof ModelConfig.methods>["ModelGet"]>>["config"];

/** What a model is rather than how it is set; they are told one by one, and not listed. */
const essence: readonly string[] = ["name", "type", "uuid"];

async function show(context: Context, config: Config, key: string | undefined): Promise<void> {
  if (key !== undefined) return showOne(context, config, key);
  const names = Object.keys(config)
    .filter((name) => !essence.includes(name))
    .toSorted(byText);
  const listed = names.map((name) => [name, config[name] ?? { value: "", source: "" }] as const);
  const isYaml = context.format === "yaml";
  const all = listed.map(([name, { value, source }]) => [
    name,
    isYaml ? { value, source } : { Value: value, Source: source },
  ]);
  const rows = listed.map(([name, { value, source }]) => [name, source, formatValue(value)]);
  const columns = ["Attribute", "From", "Value"];
  await context.show(Object.fromEntries(all), () => formatTable(columns, rows));
}

async function showOne(context: Context, config: Config, key: string): Promise<void> {
  const found = Object.hasOwn(config, key) ? config[key] : undefined;
  if (found === undefined) {
    const { name } = await context.model();
    throw new Problem("not found", `key "${key}" not found in "${name}" model`);
  }
  const { value } = found;
  await context.show(value, () => (typeof value === "string" ? value : formatValue(value)));
}
