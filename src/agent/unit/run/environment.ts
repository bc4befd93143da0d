/** The environment of a hook: exactly what Juju gives it, and nothing of the agent's own. */
import { formatSecretUri } from "#charm/secret.ts";
import type { DesiredState } from "#contract/machine-agent.ts";
import { execName } from "#contract/task.ts";
import {
  type Hook,
  hookName,
  isRelationHook,
  isSecretHook,
  isStorageHook,
  type TaskRun,
} from "../hook.ts";
import type { UnitPaths } from "../paths.ts";
import { upgradeEnvironment } from "../resolver/machine-upgrade.ts";

export interface HookSetting {
  readonly unit: string;
  /** The unit whose subordinate this one is, or empty. */
  readonly principal: string;
  readonly machine: string;
  readonly version: string;
  readonly paths: Pick<UnitPaths, "charm" | "tools">;
  /** Where the hook's tools are answered. */
  readonly socket: string;
  /** The system's own, where every command of a charm is looked for. */
  readonly systemPath: string;
  /** What somebody has said of how much the unit uses. */
  readonly meter?: { readonly status: string; readonly info: string } | undefined;
  readonly desired: Pick<DesiredState, "model" | "api-addresses">;
}

/** What Juju says of itself to every charm, whatever the cloud is. */
const fixed = {
  APT_LISTCHANGES_FRONTEND: "none",
  DEBIAN_FRONTEND: "noninteractive",
  LANG: "C.UTF-8",
  TERM: "tmux-256color",
  CLOUD_API_VERSION: "",
  JUJU_AVAILABILITY_ZONE: "",
  JUJU_SLA: "unsupported",
  JUJU_AGENT_SOCKET_NETWORK: "unix",
};

/** What Juju says where nobody has said anything. */
const unknownMeter = { status: "AMBER", info: "not set" };

export function hookEnvironment(
  setting: HookSetting,
  hook: Hook,
  context: string,
): Record<string, string> {
  return {
    ...commonEnvironment(setting, context),
    JUJU_HOOK_NAME: hookName(hook),
    JUJU_DISPATCH_PATH: `hooks/${hookName(hook)}`,
    ...relationEnvironment(hook),
    ...secretEnvironment(hook),
    ...storageEnvironment(hook),
    ...upgradeEnvironment(hook),
    ...(hook.kind === "meter-status-changed" ? meterEnvironment(hook) : {}),
  };
}

/** Of an action, or of a command, which nothing is dispatched for. */
export function taskEnvironment(
  setting: HookSetting,
  { id, name, subject }: TaskRun,
  context: string,
): Record<string, string> {
  const common = { ...commonEnvironment(setting, context), JUJU_HOOK_NAME: "" };
  if (name === execName) return { ...common, ...(subject && subjectEnvironment(subject)) };
  return {
    ...common,
    JUJU_DISPATCH_PATH: `actions/${name}`,
    JUJU_ACTION_NAME: name,
    JUJU_ACTION_UUID: `${id}`,
    JUJU_ACTION_TAG: `action-${id}`,
  };
}

function commonEnvironment(setting: HookSetting, context: string): Record<string, string> {
  const { unit, principal, machine, version, paths, socket, systemPath, desired } = setting;
  const { name, uuid, config } = desired.model;
  const proxy = (key: string) => String(config[key] ?? "");
  return {
    ...fixed,
    ...meterEnvironment(setting.meter ?? unknownMeter),
    CHARM_DIR: paths.charm,
    JUJU_CHARM_DIR: paths.charm,
    JUJU_CONTEXT_ID: context,
    JUJU_AGENT_SOCKET_ADDRESS: socket,
    JUJU_UNIT_NAME: unit,
    JUJU_MODEL_NAME: name,
    JUJU_MODEL_UUID: uuid,
    JUJU_API_ADDRESSES: desired["api-addresses"].join(" "),
    JUJU_MACHINE_ID: machine,
    JUJU_PRINCIPAL_UNIT: principal,
    JUJU_VERSION: version,
    JUJU_CHARM_HTTP_PROXY: proxy("juju-http-proxy"),
    JUJU_CHARM_HTTPS_PROXY: proxy("juju-https-proxy"),
    JUJU_CHARM_FTP_PROXY: proxy("juju-ftp-proxy"),
    JUJU_CHARM_NO_PROXY: proxy("juju-no-proxy"),
    PATH: `${paths.tools}:${systemPath}`,
    ...legacyProxies(config),
  };
}

/**
 * Those that are for everything on a machine, in both spellings, since programs look for either.
 * Who needs no proxy is of interest only where there is one.
 */
function legacyProxies(config: DesiredState["model"]["config"]): Record<string, string> {
  const setting = (kind: string) => String(config[`${kind}-proxy`] ?? "");
  const proxies = ["http", "https", "ftp"].filter((kind) => setting(kind) !== "");
  const kinds = proxies.length > 0 && setting("no") !== "" ? [...proxies, "no"] : proxies;
  const both = kinds.flatMap((kind) => {
    const name = `${kind}_proxy`;
    return [name, name.toUpperCase()].map((each) => [each, setting(kind)] as const);
  });
  return Object.fromEntries(both);
}

function meterEnvironment({ status, info }: NonNullable<HookSetting["meter"]>) {
  return { JUJU_METER_STATUS: status, JUJU_METER_INFO: info };
}

function storageEnvironment(hook: Hook): Record<string, string> {
  if (!isStorageHook(hook)) return {};
  return {
    JUJU_STORAGE_ID: hook.storage,
    JUJU_STORAGE_LOCATION: hook.location,
    JUJU_STORAGE_KIND: hook.storageKind,
  };
}

function relationEnvironment(hook: Hook): Record<string, string> {
  if (!isRelationHook(hook)) return {};
  const { kind, departingUnit } = hook;
  return {
    ...subjectEnvironment(hook),
    ...(kind === "relation-departed" ? { JUJU_DEPARTING_UNIT: departingUnit } : {}),
  };
}

function subjectEnvironment({
  endpoint,
  relation,
  remoteUnit,
  remoteApplication,
}: NonNullable<TaskRun["subject"]>): Record<string, string> {
  return {
    JUJU_RELATION: endpoint,
    JUJU_RELATION_ID: `${endpoint}:${relation}`,
    JUJU_REMOTE_UNIT: remoteUnit,
    JUJU_REMOTE_APP: remoteApplication,
  };
}

/** Which revision it is about is said only where charms remove that one. */
function secretEnvironment(hook: Hook): Record<string, string> {
  if (!isSecretHook(hook)) return {};
  const { kind, secret, label, revision } = hook;
  const isAboutOne = kind === "secret-expired" || kind === "secret-remove";
  return {
    JUJU_SECRET_ID: formatSecretUri(secret),
    JUJU_SECRET_LABEL: label,
    ...(isAboutOne ? { JUJU_SECRET_REVISION: `${revision}` } : {}),
  };
}
