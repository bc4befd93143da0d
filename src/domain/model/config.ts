/** A model's settings: which there are, what they are when nobody sets them, what they may be. */
import { parseDuration } from "#base/duration.ts";
import { Problem } from "#base/problem.ts";
import { parseBase } from "#charm/base.ts";

type Value = string | number | boolean;

interface Setting {
  readonly default: Value;
  /** Says what is wrong with the value, or throws `not valid`. */
  readonly check?: (value: Value) => string | undefined;
}

/**
 * As Juju names them; those that only Jumar has start with `agent-`. The proxies that start with
 * `juju-` are told to charms; the others, which are older, to every program that a hook runs.
 */
export const modelSettings: Readonly<Record<string, Setting>> = {
  "agent-probation": { default: "2m", check: checkProbation },
  "automatically-retry-hooks": { default: true },
  "charmhub-url": { default: "https://api.charmhub.io" },
  "default-base": { default: "ubuntu@22.04/stable", check: checkBase },
  "ftp-proxy": { default: "" },
  "http-proxy": { default: "" },
  "https-proxy": { default: "" },
  "juju-ftp-proxy": { default: "" },
  "juju-http-proxy": { default: "" },
  "juju-https-proxy": { default: "" },
  "juju-no-proxy": { default: "127.0.0.1,localhost,::1" },
  "no-proxy": { default: "127.0.0.1,localhost,::1" },
  "update-status-hook-interval": { default: "5m", check: checkUpdateStatusInterval },
};

export type ModelSettings = Readonly<Record<string, Value>>;

/** The value as it is kept. Throws `not valid` for an unknown key or a value that it cannot have. */
export function checkSetting(key: string, value: unknown): Value {
  const setting = getSetting(key);
  const typed = toType(value, typeof setting.default);
  if (typed === undefined) {
    const message = `model setting "${key}" expected ${typeof setting.default}, got "${value}"`;
    throw new Problem("not valid", message);
  }
  const complaint = setting.check?.(typed);
  if (complaint) throw new Problem("not valid", `model setting "${key}": ${complaint}`);
  return typed;
}

/** Throws `not valid` for an unknown key. */
export function getSetting(key: string): Setting {
  const setting = Object.hasOwn(modelSettings, key) ? modelSettings[key] : undefined;
  if (setting) return setting;
  const known = Object.keys(modelSettings).join(", ");
  throw new Problem("not valid", `unknown model setting "${key}": there are ${known}`);
}

export function withDefaults(settings: ModelSettings): ModelSettings {
  const defaults = Object.entries(modelSettings).map(([key, { default: value }]) => [key, value]);
  return { ...Object.fromEntries(defaults), ...settings };
}

function toType(value: unknown, type: string): Value | undefined {
  if (type === "boolean" && (value === "true" || value === "false")) return value === "true";
  if (typeof value !== type) return undefined;
  return value as Value;
}

function checkBase(value: Value): undefined {
  parseBase(String(value));
}

/** Juju allows from one minute to an hour. */
function checkUpdateStatusInterval(value: Value): string | undefined {
  return checkBetween(value, { min: 60, max: 3600, unit: "update-status interval" });
}

function checkProbation(value: Value): string | undefined {
  return checkBetween(value, { min: 1, max: 3600, unit: "probation" });
}

function checkBetween(
  value: Value,
  { min, max, unit }: { min: number; max: number; unit: string },
): string | undefined {
  const seconds = parseDuration(String(value)).total("seconds");
  if (seconds >= min && seconds <= max) return undefined;
  return `${unit} "${value}" is not between ${min}s and ${max}s`;
}
