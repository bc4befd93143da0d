/** add-metric: records what the charm has measured. */
import { UsageError } from "#base/usage.ts";
import { hookTool, option } from "../hook-tool-kit/hook-tool.ts";
import { parseSettingWords } from "../hook-tool-kit/settings.ts";

export default hookTool({
  summary: "Records what the charm has measured.",
  details: `
Works in the hook collect-metrics alone, which runs every five minutes where the charm has
a metrics.yaml that declares any. A key is the name of a metric there, and its value a number.
People see the last one of each with the command metrics, as soon as the hook has succeeded.
`,
  options: { labels: option("Labels for the metric, as in key=value,key=value.", { short: "l" }) },
  positionals: ["[key=value...]"],
  worksRestricted: true,

  async run({ "key=value": words, labels = "" }, hook) {
    const values = parseSettingWords(words);
    if (words.length === 0) throw new UsageError("no metrics specified");
    await hook.recordMetrics(values, parseSettingWords(labels === "" ? [] : labels.split(",")));
  },
});
