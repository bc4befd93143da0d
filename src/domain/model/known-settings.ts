/**
 * The settings that a model has, as Juju names them; those that only Jumar has start with `agent-`.
 *
 * Every one of Juju's is known, so that scripts and clients which set them go on working. What a
 * local cloud, whose machines are processes of the host, has no use for says so.
 */
import { parseDuration } from "#base/duration.ts";
import { parseLoggingConfig } from "#base/logging-config.ts";
import { parseMib } from "#base/size.ts";
import { parseBase } from "#charm/base.ts";

export type Value = string | number | boolean | Readonly<Record<string, string>>;
export type SettingType = "string" | "bool" | "int" | "attrs";

export interface Setting {
  readonly type: SettingType;
  readonly default: Value;
  /** Says what is wrong with the value, or throws `not valid`. */
  readonly check?: (value: string) => string | undefined;
  /** Why setting it changes nothing here. */
  readonly unused?: string;
}

type Settings = Readonly<Record<string, Setting>>;

/**
 * The proxies that start with `juju-` are told to charms; the others, which are older, to every
 * program that a hook runs.
 */
const heeded: Settings = {
  "agent-probation": text("2m", checkProbation),
  "automatically-retry-hooks": flag(true),
  "charmhub-url": text("https://api.charmhub.io"),
  "default-base": text("ubuntu@22.04/stable", checkBase),
  "ftp-proxy": text(""),
  "http-proxy": text(""),
  "https-proxy": text(""),
  "juju-ftp-proxy": text(""),
  "juju-http-proxy": text(""),
  "juju-https-proxy": text(""),
  "juju-no-proxy": text("127.0.0.1,localhost,::1"),
  "logging-config": text("<root>=INFO", checkLoggingConfig),
  "max-action-results-age": text("336h", checkAge),
  "max-status-history-age": text("336h", checkAge),
  "max-status-history-size": text("5G", checkSize),
  mode: text("requires-prompts", checkMode),
  "no-proxy": text("127.0.0.1,localhost,::1"),
  "provisioner-harvest-mode": text("destroyed", oneOf("all", "none", "unknown", "destroyed")),
  "storage-default-filesystem-source": text(""),
  "update-status-hook-interval": text("5m", checkUpdateStatusInterval),
};

const ofHostPackages = unused("the packages of a local cloud's machines are those of the host", {
  "apt-ftp-proxy": text(""),
  "apt-http-proxy": text(""),
  "apt-https-proxy": text(""),
  "apt-mirror": text(""),
  "apt-no-proxy": text(""),
  "enable-os-refresh-update": flag(true),
  "enable-os-upgrade": flag(true),
  "snap-http-proxy": text(""),
  "snap-https-proxy": text(""),
  "snap-store-assertions": text(""),
  "snap-store-proxy": text(""),
  "snap-store-proxy-url": text(""),
});

const ofImages = unused("the machines of a local cloud are made from no image, and bear no tags", {
  "cloudinit-userdata": text(""),
  "container-image-metadata-defaults-disabled": flag(false),
  "container-image-metadata-url": text(""),
  "container-image-stream": text("released"),
  "container-inherit-properties": text(""),
  "image-metadata-defaults-disabled": flag(false),
  "image-metadata-url": text(""),
  "image-stream": text("released"),
  "lxd-snap-channel": text("5.0/stable"),
  "resource-tags": { type: "attrs", default: {} },
});

const ofNetworks = unused("the machines of a local cloud share the network of the host", {
  "container-networking-method": text("", oneOf("", "local", "provider", "fan")),
  "default-space": text(""),
  "disable-network-management": flag(false),
  "egress-subnets": text(""),
  "fan-config": text(""),
  "firewall-mode": text("instance", oneOf("instance", "global", "none")),
  "ignore-machine-addresses": flag(false),
  "net-bond-reconfigure-delay": count(17),
  "proxy-ssh": flag(false),
  "saas-ingress-allow": text("0.0.0.0/0,::/0"),
  "ssh-allow": text("0.0.0.0/0,::/0"),
  "ssl-hostname-verification": flag(true),
});

const ofNobody = unused("nothing in Jumar asks for it", {
  "agent-metadata-url": text(""),
  "agent-stream": text("released"),
  "backup-dir": text(""),
  development: flag(false),
  "disable-telemetry": flag(false),
  "extra-info": text(""),
  "max-action-results-size": text("5G", checkSize),
  "num-container-provision-workers": count(4),
  "num-provision-workers": count(16),
  "secret-backend": text("auto"),
  "storage-default-block-source": text(""),
  "test-mode": flag(false),
  "transmit-vendor-metrics": flag(true),
});

export const modelSettings: Settings = {
  ...heeded,
  ...ofHostPackages,
  ...ofImages,
  ...ofNetworks,
  ...ofNobody,
};

function text(standard: string, check?: Setting["check"]): Setting {
  return { type: "string", default: standard, ...(check ? { check } : {}) };
}

function flag(standard: boolean): Setting {
  return { type: "bool", default: standard };
}

function count(standard: number): Setting {
  const check = (value: string) => (Number(value) < 0 ? `${value} is negative` : undefined);
  return { type: "int", default: standard, check };
}

function unused(why: string, settings: Settings): Settings {
  const each = Object.entries(settings).map(([key, one]) => [key, { ...one, unused: why }]);
  return Object.fromEntries(each);
}

function oneOf(...values: readonly string[]): Setting["check"] {
  return (value) =>
    values.includes(value) ? undefined : `"${value}" is none of ${values.map(quote).join(", ")}`;
}

function quote(value: string): string {
  return value === "" ? '""' : value;
}

/** Several modes may hold at once; clients look for `requires-prompts` before they remove anything. */
function checkMode(value: string): string | undefined {
  const modes = value.split(",").map((mode) => mode.trim());
  const check = oneOf("", "requires-prompts", "strict");
  return modes.map((mode) => check?.(mode)).find((complaint) => complaint !== undefined);
}

function checkBase(value: string): undefined {
  parseBase(value);
}

function checkLoggingConfig(value: string): undefined {
  parseLoggingConfig(value);
}

function checkAge(value: string): undefined {
  parseDuration(value);
}

function checkSize(value: string): string | undefined {
  return parseMib(value) === undefined ? `expected a size such as 512M, got "${value}"` : undefined;
}

/** Juju allows from one minute to an hour. */
function checkUpdateStatusInterval(value: string): string | undefined {
  return checkBetween(value, { min: 60, max: 3600, unit: "update-status interval" });
}

function checkProbation(value: string): string | undefined {
  return checkBetween(value, { min: 1, max: 3600, unit: "probation" });
}

function checkBetween(
  value: string,
  { min, max, unit }: { min: number; max: number; unit: string },
): string | undefined {
  const seconds = parseDuration(value).total("seconds");
  if (seconds >= min && seconds <= max) return undefined;
  return `${unit} "${value}" is not between ${min}s and ${max}s`;
}
