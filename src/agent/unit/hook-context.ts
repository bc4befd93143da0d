/** What the tools of one hook see and change. */
import { hostname } from "node:os";
import type { Log } from "#base/log.ts";
import { Problem } from "#base/problem.ts";
import type { Setting } from "#charm/config.ts";
import type { DesiredUnit } from "#contract/machine-agent.ts";
import type { HookContext, HookRelation, Settings, Status } from "../hook-tool.ts";
import type { PendingChanges } from "./changes.ts";
import { readBindings, readDefaults } from "./charm-files.ts";
import type { ControllerView } from "./controller-view.ts";
import { type Hook, isRelationHook } from "./hook.ts";
import type { Leadership } from "./leadership.ts";

export interface HookSubject {
  readonly hook: Hook;
  readonly desired: DesiredUnit;
  readonly charm: string;
  readonly addresses: readonly string[];
  readonly changes: PendingChanges;
  readonly controller: ControllerView;
  readonly leadership: Leadership;
  readonly log: Log;
  /** The charm has set its status, so that the agent need not say anything for it. */
  readonly noteStatus: () => Promise<void>;
}

export interface ToolCall {
  readonly workingFolder: string;
  readonly readInput: () => Promise<string>;
}

/** What the hook has asked for, as it was when it first asked; it stays so while the hook runs. */
export interface Seen {
  readonly settings: Map<string, Promise<Settings>>;
  data?: ReturnType<ControllerView["data"]>;
}

export function makeHookContext(subject: HookSubject, seen: Seen, call: ToolCall): HookContext {
  const { hook, desired, changes, controller, leadership, log } = subject;
  const { name: unit } = desired;
  const application = unit.slice(0, unit.lastIndexOf("/"));
  const read = (relation: number, member: string): Promise<Settings> => {
    const key = `${relation} ${member}`;
    const reading = seen.settings.get(key) ?? controller.relationSettings(relation, member);
    seen.settings.set(key, reading);
    return reading;
  };
  const data = () => {
    seen.data ??= controller.data();
    return seen.data;
  };
  const requireLeader = async (what: string) => {
    if (await leadership.isGuaranteed()) return;
    throw new Problem("unauthorized access", `${what}: this unit is not the leader`);
  };
  const isAmongPeers = (relation: number) =>
    listRelations(desired, hook).some(({ id, isPeer }) => id === relation && isPeer);
  return {
    ...{ unit, application, hostname: hostname(), addresses: subject.addresses, ...call },
    relation: isRelationHook(hook) ? toSubject(hook) : undefined,
    settings: () => desired.config as Readonly<Record<string, Setting>>,
    allSettings: async () =>
      ({ ...(await readDefaults(subject.charm)), ...desired.config }) as never,
    bindings: () => readBindings(subject.charm),
    relations: () => listRelations(desired, hook),

    async relationSettings(relation, member) {
      const isToOthers = member === application && !isAmongPeers(relation);
      if (isToOthers) await requireLeader("permission denied");
      const settings = await read(relation, member);
      if (member !== unit && member !== application) return settings;
      return overlay(settings, changes.settingsOf(relation, member === application));
    },

    async setRelationSettings({ relation, isApplication, settings }) {
      if (isApplication) await requireLeader("cannot write relation settings");
      await changes.setSettings(relation, isApplication, settings);
    },

    isLeader: () => leadership.isGuaranteed(),
    goalState: () => controller.goalState(),
    openPorts: async (ranges) => changes.openPorts(ranges, { unit, open: (await data()).ports }),
    closePort: (range) => changes.closePort(range),
    openedPorts: async () => (await data()).ports,
    state: async () => overlay((await data()).state, changes.all.state),
    setState: (values) => changes.setState(values),
    workloadStatus: async () => toStatus((await controller.statuses()).workload),

    async applicationStatus() {
      await requireLeader("cannot get application status");
      const { application: own, units } = await controller.statuses();
      const each = Object.entries(units).map(([name, status]) => [name, toStatus(status)] as const);
      return { ...toStatus(own), units: Object.fromEntries(each) };
    },

    async setStatus(scope, status, info) {
      if (scope === "application") await requireLeader("setting application status");
      else await subject.noteStatus();
      await controller.setStatus({ scope, status, info });
    },

    setWorkloadVersion: (version) => controller.setWorkloadVersion(version),
    log: (level, message) => log.write(level, message),
  };
}

function toSubject({
  relation,
  remoteUnit,
  remoteApplication,
}: Extract<Hook, { relation: number }>) {
  return { id: relation, remoteUnit, remoteApplication };
}

/** The relation that the hook is about is there until its last hook, whatever the controller says. */
function listRelations({ relations }: DesiredUnit, hook: Hook): HookRelation[] {
  const listed = relations.map(toHookRelation);
  if (!isRelationHook(hook) || listed.some(({ id }) => id === hook.relation)) return listed;
  const { relation: id, endpoint, remoteApplication, isPeer } = hook;
  return [...listed, { id, endpoint, remoteApplication, isPeer, isBroken: true, units: [] }];
}

function toHookRelation({
  id,
  endpoint,
  role,
  life,
  members,
  "remote-application": remoteApplication,
}: DesiredUnit["relations"][number]): HookRelation {
  const units = Object.keys(members).toSorted((a, b) => (a < b ? -1 : 1));
  const kinds = { isPeer: role === "peer", isBroken: life !== "alive" };
  return { id, endpoint, remoteApplication, ...kinds, units };
}

/** An empty value takes its key away. */
function overlay(settings: Settings, written: Settings): Settings {
  const merged = Object.entries({ ...settings, ...written });
  return Object.fromEntries(merged.filter(([, value]) => value !== ""));
}

function toStatus({ status, info, data }: { status: string; info: string; data: object }): Status {
  return { status, message: info, data: { ...data } };
}
