/**
 * Metrics: what a charm measures of its workload, in `metrics.yaml`.
 *
 * A gauge says how much there is; an absolute one, how much has come since the last time. What is
 * built in begins with `juju`, and the agent measures it.
 */
import { parseDocument, toFields, toNamed, toOptionalText } from "./fields.ts";
import { notValid, shown } from "./refusal.ts";

const types = ["gauge", "absolute"] as const;

interface Metric {
  /** Empty for what is built in. */
  readonly type: (typeof types)[number] | "";
  readonly description: string;
}

export type Metrics = Readonly<Record<string, Metric>>;

/** How many units there are: each counts itself. */
export const unitsMetric = "juju-units";

const file = "metrics.yaml";
const builtInStart = "juju";
const valueLengthMax = 30;
const floatPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Reads and checks `metrics.yaml`. Throws `not valid`. */
export function parseMetrics(text: string): Metrics {
  const { metrics } = toFields(parseDocument(file, text), file);
  return toNamed(metrics, `${file}: metrics`, toMetric);
}

/** Whether there is anything to measure. */
export function isMetered(metrics: Metrics): boolean {
  return Object.keys(metrics).length > 0;
}

export function isBuiltIn(name: string): boolean {
  return name.startsWith(builtInStart);
}

/** Beside these, layers of charms keep keys of their own there. */
function toMetric(name: string, raw: unknown): Metric {
  const where = `${file}: metrics.${name}`;
  const fields = toFields(raw, where);
  const said = toOptionalText(fields.type, `${where}.type`);
  const description = toOptionalText(fields.description, `${where}.description`);
  const subject = `invalid metrics declaration: metric ${shown(name)}`;
  if (isBuiltIn(name)) {
    if (said === "" && description === "") return { type: "", description };
    const reason = "is built in, and so has neither type nor description";
    throw notValid(`${subject} ${reason}`);
  }
  const type = types.find((candidate) => candidate === said);
  if (type === undefined) {
    throw notValid(`${subject} has unknown type ${shown(said)}, expected ${types.join(" or ")}`);
  }
  if (description === "") throw notValid(`${subject} lacks description`);
  return { type, description };
}

/** Throws `not valid` for a metric that the charm does not declare, or a value that cannot be its. */
export function checkMetric(metrics: Metrics, name: string, value: string): void {
  const metric = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  if (metric === undefined) throw notValid(`metric ${shown(name)} not defined`);
  if (value.length > valueLengthMax) {
    throw notValid(`metric value is too large: it has more than ${valueLengthMax} characters`);
  }
  if (!floatPattern.test(value)) {
    throw notValid(`invalid value type: expected float, got ${shown(value)}`);
  }
  if (metric.type !== "gauge" && Number(value) < 0) {
    throw notValid(`invalid value: value must be greater or equal to zero, got ${value}`);
  }
}
