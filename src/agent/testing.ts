/** A hook in memory: it knows what it is given, and records what tools tell it. */
import { Problem } from "#base/problem.ts";
import type { Setting } from "#charm/config.ts";
import type { PortRange } from "#charm/port-range.ts";
import type { SecretContent } from "#charm/secret-content.ts";
import type { CloudSpec, GoalState, ManagedSecret } from "#contract/unit-agent.ts";
import type {
  HookContext,
  HookRelation,
  HookStorage,
  LeaderContext,
  MetricContext,
  PayloadContext,
  PortContext,
  RelationContext,
  ResourceContext,
  SecretContext,
  Settings,
  SettingsContext,
  StateContext,
  Status,
  StatusContext,
  StorageContext,
  TrustContext,
  UnitContext,
} from "./hook-context.ts";
import { runHookTool, type ToolResult } from "./hook-tool-kit/run-hook-tool.ts";

interface Known {
  readonly action: HookContext["action"];
  readonly relation: HookContext["relation"];
  readonly workingFolder: string;
  readonly addresses: readonly string[];
  readonly settings: Readonly<Record<string, Setting>>;
  readonly cloud: CloudSpec | undefined;
  readonly options: Readonly<Record<string, Setting>>;
  readonly bindings: readonly string[];
  readonly relations: readonly HookRelation[];
  /** What members have set, under `7 wordpress/0`. */
  readonly members: Readonly<Record<string, Settings>>;
  readonly isLeader: boolean;
  readonly isRestricted: boolean;
  readonly goals: GoalState;
  readonly payloads: Readonly<Record<string, string>>;
  readonly leaderSettings: Settings;
  readonly ports: readonly PortRange[];
  /** The paths of resources, by name. */
  readonly resources: Settings;
  readonly state: Settings;
  readonly secrets: readonly ManagedSecret[];
  /** Of every secret. */
  readonly content: SecretContent;
  readonly status: Status;
  readonly applicationStatus: Status & { readonly units: Readonly<Record<string, Status>> };
  readonly storage: HookContext["storage"];
  readonly storages: readonly HookStorage[];
  readonly input: string | Buffer;
}

const quiet: Status = { status: "unknown", message: "", data: {} };

const nothing: Known = {
  action: undefined,
  relation: undefined,
  workingFolder: "/",
  addresses: ["10.0.0.7"],
  settings: {},
  cloud: undefined,
  options: {},
  bindings: ["db", "juju-info", "web"],
  relations: [],
  members: {},
  isLeader: false,
  isRestricted: false,
  goals: { units: {}, relations: {} },
  payloads: {},
  leaderSettings: {},
  ports: [],
  resources: {},
  state: {},
  secrets: [],
  content: {},
  status: quiet,
  applicationStatus: { ...quiet, units: {} },
  storage: undefined,
  storages: [],
  input: "",
};

export const database: HookRelation = {
  id: 7,
  endpoint: "db",
  remoteApplication: "wordpress",
  isPeer: false,
  isBroken: false,
  units: ["wordpress/0", "wordpress/1"],
};

/** A hook of `mysql/0`, and what it has been told, call by call. */
export function hookOf(facts: Partial<Known> = {}): { hook: HookContext; told: unknown[] } {
  const known = { ...nothing, ...facts };
  const told: unknown[] = [];
  const audience: Audience = {
    known,
    hear:
      (what: string) =>
      async (...args: unknown[]) =>
        void told.push([what, ...args]),
    requireLeader(what) {
      if (known.isLeader) return;
      throw new Problem("unauthorized access", `${what}: this unit is not the leader`);
    },
  };
  const hook = {
    ...unitPart(audience),
    ...applicationPart(audience),
    ...relationPart(audience),
    ...secretPart(audience),
    ...statusPart(audience),
    ...resourcePart(audience),
    ...{ reboot: audience.hear("reboot"), action: known.action },
    ...storagePart(audience),
  };
  return { hook, told };
}

/** Who listens to a tool. */
interface Audience {
  readonly known: Known;
  readonly hear: (what: string) => (...args: unknown[]) => Promise<void>;
  readonly requireLeader: (what: string) => void;
}

function unitPart({
  known,
  hear,
}: Audience): UnitContext & PortContext & StateContext & MetricContext {
  return {
    unit: "mysql/0",
    application: "mysql",
    hostname: "db-host",
    workingFolder: known.workingFolder,
    addresses: known.addresses,
    isLeader: async () => known.isLeader,
    goalState: async () => known.goals,
    openPorts: hear("openPorts"),
    closePort: hear("closePort"),
    openedPorts: async () => known.ports,
    state: async () => known.state,
    setState: hear("setState"),
    log: (level, message) => void hear("log")(level, message),
    isRestricted: known.isRestricted,
    recordMetrics: hear("recordMetrics"),
    readInput: async () => Buffer.from(known.input),
  };
}

function applicationPart({
  known,
  hear,
  requireLeader,
}: Audience): SettingsContext & TrustContext & LeaderContext & PayloadContext {
  return {
    settings: async () => known.settings,
    allSettings: async () => known.options,

    async cloudSpec() {
      if (known.cloud) return known.cloud;
      throw new Problem("not valid", "cannot access cloud credentials: permission denied");
    },

    payloadClasses: async () => known.payloads,
    registerPayload: hear("registerPayload"),
    setPayloadStatus: hear("setPayloadStatus"),
    unregisterPayload: hear("unregisterPayload"),
    leaderSettings: async () => known.leaderSettings,

    async setLeaderSettings(settings) {
      requireLeader("cannot write leadership settings");
      await hear("setLeaderSettings")(settings);
    },
  };
}

function relationPart({ known, hear, requireLeader }: Audience): RelationContext {
  return {
    relation: known.relation,
    model: "50000000-0000-4000-8000-000000000000",
    bindings: async () => known.bindings,
    relations: () => known.relations,

    async relationSettings(relation, member) {
      if (member === "mysql") requireLeader("permission denied");
      const settings = known.members[`${relation} ${member}`];
      if (!settings) throw new Problem("not found", `unknown unit ${member}`);
      return settings;
    },

    async setRelationSettings(change) {
      if (change.isApplication) requireLeader("cannot write relation settings");
      await hear("setRelationSettings")(change);
    },
  };
}

function resourcePart({ known }: Audience): ResourceContext {
  return {
    async resourcePath(name) {
      const path = known.resources[name];
      if (path === undefined) throw new Problem("not found", `resource "${name}" not found`);
      return path;
    },
  };
}

function statusPart({ known, hear, requireLeader }: Audience): StatusContext {
  return {
    workloadStatus: async () => known.status,

    async applicationStatus() {
      requireLeader("cannot get application status");
      return known.applicationStatus;
    },

    async setStatus(scope, status, message) {
      if (scope === "application") requireLeader("setting application status");
      await hear("setStatus")(scope, status, message);
    },

    setWorkloadVersion: hear("setWorkloadVersion"),
  };
}

function secretPart({ known, hear }: Audience): SecretContext {
  return {
    secrets: async () => known.secrets,
    async addSecret(added) {
      await hear("addSecret")(added);
      return "c".repeat(20);
    },
    async secretContent(asked) {
      await hear("secretContent")(asked);
      return known.content;
    },
    setSecret: hear("setSecret"),
    grantSecret: hear("grantSecret"),
    revokeSecret: hear("revokeSecret"),
    removeSecret: hear("removeSecret"),
  };
}

function storagePart({ known, hear }: Audience): StorageContext {
  return {
    storage: known.storage,
    storages: () => known.storages,
    addStorage: hear("addStorage"),
  };
}

/** A hook of the relation `db:7`, about one of its units unless that is left out. */
export function relationHookOf(facts: Partial<Known> & { readonly remoteUnit?: string } = {}) {
  const { remoteUnit = "wordpress/0", ...rest } = facts;
  const relation = { id: 7, remoteUnit, remoteApplication: "wordpress" };
  return hookOf({ relation, relations: [database], ...rest });
}

/** Runs a line as a shell would: words stand between spaces or in single quotes. */
export async function run(hook: HookContext, line: string): Promise<ToolResult> {
  const words = line.match(/'[^']*'|\S+/g) ?? [];
  const [name = "", ...args] = words.map((word) => word.replace(/^'(.*)'$/s, "$1"));
  return await runHookTool(name, args, hook);
}

export function printed(stdout: string): ToolResult {
  return { code: 0, stdout, stderr: "" };
}

export const silent = printed("");

export function failed(code: number, text: string): ToolResult {
  return { code, stdout: "", stderr: `ERROR ${text}\n` };
}
