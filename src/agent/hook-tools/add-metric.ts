/** add-metric: would record a measurement, in a hook that is never run. */
import { Problem } from "#base/problem.ts";
import { hookTool, option } from "../hook-tool-kit/hook-tool.ts";
import { parseSettingWords } from "../hook-tool-kit/settings.ts";

export default hookTool({
  summary: "Records a metric, which only collect-metrics could.",
  details: `
Metrics are recorded in the hook collect-metrics alone, and that one is not run. So
the tool fails in every other hook, as it always has.
`,
  options: { labels: option("Labels for the metric, as in key=value,key=value.", { short: "l" }) },
  positionals: ["[key=value...]"],

  run({ "key=value": words }) {
    parseSettingWords(words);
    throw new Problem("not supported", "cannot record metric: metrics not allowed in this context");
  },
});
