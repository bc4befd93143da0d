/** model-defaults: what the settings of new models are. */
import { byText } from "#base/order.ts";
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { Remote } from "#client/remote.ts";
import { ModelManager } from "#contract/model-manager.ts";
import { toTag } from "#contract/tags.ts";
import { type Context, command, flag, text, textOr } from "../command.ts";
import { parseKeyValues, parseSettingsRequest } from "../key-values.ts";
import {
  formatValue,
  readSettingsFile,
  refuseVersion,
  warnAbout,
  withoutReadOnly,
} from "../model-settings.ts";
import { formatTable, type Row } from "../table.ts";

export default command({
  summary: "Displays or sets default configuration settings for new models.",
  details: `
A model begins with these settings unless its maker gives others. Those of a region go before those
of its cloud, which are called the controller's. Models that there are stay as they are, until one of
their settings is reset.
`,
  examples: [
    "jumar model-defaults",
    "jumar model-defaults update-status-hook-interval",
    "jumar model-defaults update-status-hook-interval=1m",
    "jumar model-defaults --region localhost juju-http-proxy=http://proxy:3128",
    "jumar model-defaults --reset update-status-hook-interval",
  ],
  seeAlso: ["model-config", "add-model", "models"],
  positionals: ["[settings...]"],
  options: {
    cloud: textOr("", "The cloud, if the controller has several"),
    file: text("Path to a YAML file of settings"),
    "ignore-read-only-fields": flag("Leave out what cannot be set, such as the agent's version"),
    region: textOr("", "The region, as in localhost or local/localhost"),
    reset: textOr("", "Reset these settings, separated by commas"),
  },
  scope: "controller",
  formats: ["tabular", "json", "yaml"],

  async run({ settings, file, reset, ...args }, context) {
    const { key, pairs, reset: unset } = parseSettingsRequest(settings, reset);
    const isChange = pairs.length + unset.length > 0 || file !== undefined;
    if (key !== undefined && isChange) {
      throw new UsageError("cannot set and retrieve default values simultaneously");
    }
    const given = { ...(await readSettingsFile(file)), ...parseKeyValues(pairs) };
    const set = args["ignore-read-only-fields"] ? withoutReadOnly(given) : given;
    if (isChange) refuseVersion(set, unset);
    await using connection = await context.connectController();
    const facade = connection.facade(ModelManager);
    const place = await findPlace(context, args);
    const { config } = await facade.ModelDefaultsForClouds({ tag: place["cloud-tag"] });
    if (!isChange) return await show(context, config, key);
    warnAbout(context, config, { set: Object.keys(set), unset });
    if (Object.keys(set).length > 0) await facade.SetModelDefaults({ ...place, config: set });
    if (unset.length > 0) await facade.UnsetModelDefaults({ ...place, keys: unset });
  },
});

type Defaults = Awaited<
  ReturnType<Remote<typeof ModelManager.methods>["ModelDefaultsForClouds"]>
>["config"];

async function findPlace(
  context: Context,
  { cloud, region }: { readonly cloud: string; readonly region: string },
) {
  const own = (await context.files.controller(await context.controllerName())).cloud;
  const [before = "", after] = region.split("/", 2);
  const named = cloud || (after === undefined ? own : before);
  return { "cloud-tag": toTag("cloud", named), "cloud-region": after ?? before };
}

async function show(context: Context, config: Defaults, key: string | undefined): Promise<void> {
  if (key !== undefined && !Object.hasOwn(config, key)) {
    throw new Problem("not found", `there are no default model values for "${key}"`);
  }
  const names = key === undefined ? Object.keys(config).toSorted(byText) : [key];
  const shown = names.map((name) => [name, toShown(config[name])] as const);
  await context.show(Object.fromEntries(shown), () =>
    formatTable(["Attribute", "Default", "Controller"], shown.flatMap(toRows)),
  );
}

function toShown(found: Defaults[string] | undefined) {
  const { default: standard, controller, regions = [] } = found ?? {};
  return {
    ...(standard === undefined ? {} : { default: standard }),
    ...(controller === undefined ? {} : { controller }),
    ...(regions.length === 0
      ? {}
      : { regions: regions.map((each) => ({ name: each["region-name"], value: each.value })) }),
  };
}

function toRows([name, shown]: readonly [string, ReturnType<typeof toShown>]): Row[] {
  const { regions = [] } = shown;
  return [
    [name, ...[shown.default, shown.controller].map(toCell)],
    ...regions.map((each) => [`  ${each.name}`, toCell(each.value), "-"]),
  ];
}

function toCell(value: unknown): string {
  return value === undefined ? "-" : formatValue(value);
}
