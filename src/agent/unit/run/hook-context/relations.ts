/** What tools see and change of relations. */
import { byText } from "#base/order.ts";
import type { DesiredUnit } from "#contract/machine-agent.ts";
import type { HookRelation, RelationContext, Settings } from "../../../hook-context.ts";
import { readBindings } from "../../charm/charm-files.ts";
import { type Hook, isRelationHook, subjectOf, type TaskRun } from "../../hook.ts";
import { applicationOf, type HookSubject, overlay, requireLeader, type Seen } from "./subject.ts";

export function relationContext(subject: HookSubject, seen: Seen): RelationContext {
  const { hook, desired, changes, controller } = subject;
  const application = applicationOf(subject);
  const about = subjectOf(hook);
  /** Of a relation that is gone before its last hooks have run, nothing is left to read. */
  const ask = async (relation: number, member: string): Promise<Settings> =>
    desired.relations.some(({ id }) => id === relation)
      ? controller.relationSettings(relation, member)
      : {};
  const read = (relation: number, member: string): Promise<Settings> => {
    const key = `${relation} ${member}`;
    const reading = seen.settings.get(key) ?? ask(relation, member);
    seen.settings.set(key, reading);
    return reading;
  };
  const isAmongPeers = (relation: number) =>
    listRelations(subject).some(({ id, isPeer }) => id === relation && isPeer);
  return {
    model: subject.model,
    relation: about && {
      id: about.relation,
      remoteUnit: about.remoteUnit,
      remoteApplication: about.remoteApplication,
    },
    bindings: () => readBindings(subject.charm),
    relations: () => listRelations(subject),

    async relationSettings(relation, member) {
      const isToOthers = member === application && !isAmongPeers(relation);
      if (isToOthers) await requireLeader(subject, "permission denied");
      const settings = await read(relation, member);
      if (member !== desired.name && member !== application) return settings;
      return overlay(settings, changes.settingsOf(relation, member === application));
    },

    async setRelationSettings({ relation, isApplication, settings }) {
      if (isApplication) await requireLeader(subject, "cannot write relation settings");
      await changes.setSettings(relation, isApplication, settings);
    },
  };
}

/**
 * None before the charm is installed, for the unit enters them only then. The relation that the hook is
 * about is there until its last hook, whatever the controller says.
 */
function listRelations(subject: HookSubject): HookRelation[] {
  const { desired, hook, heard } = subject;
  if (!heard.isInstalled && isBeforeRelations(hook)) return [];
  const listed = desired.relations.map((each) => toHookRelation(subject, each));
  if (!isRelationHook(hook)) return listed;
  const { relation: id, endpoint, remoteApplication, isPeer, kind } = hook;
  const others = listed.filter((each) => each.id !== id);
  const units = listMembers(subject, id);
  const about = { id, endpoint, remoteApplication, isPeer, units };
  return [...others, { ...about, isBroken: kind === "relation-broken" }];
}

/** Those of whom the charm has heard that they have joined; who departs is among them no longer. */
function listMembers({ heard, hook }: HookSubject, id: number): string[] {
  const members = new Set(Object.keys(heard.relations[id]?.members ?? {}));
  if (isRelationHook(hook) && hook.relation === id && hook.remoteUnit !== "") {
    if (hook.kind === "relation-departed") members.delete(hook.remoteUnit);
    else members.add(hook.remoteUnit);
  }
  return [...members].toSorted(byText);
}

function isBeforeRelations(hook: Hook | TaskRun): boolean {
  return ["install", "storage-attached"].includes(hook.kind);
}

function toHookRelation(
  subject: HookSubject,
  relation: DesiredUnit["relations"][number],
): HookRelation {
  const { id, endpoint, role, "remote-application": remoteApplication } = relation;
  const units = listMembers(subject, id);
  const isPeer = role === "peer";
  const isBroken = !isPeer && isOverFor(subject, relation, units);
  return { id, endpoint, remoteApplication, isPeer, isBroken, units };
}

/**
 * Whether the relation is broken as far as the charm knows: as in Juju, one that ends is so when
 * everybody in it has departed, and until then it is there. A unit that goes has left it once it
 * has heard that it is broken, whatever becomes of the relation.
 */
function isOverFor(
  { desired, heard }: HookSubject,
  { id, life, suspended }: DesiredUnit["relations"][number],
  units: readonly string[],
): boolean {
  if (life !== "alive" || suspended) return units.length === 0;
  return desired.life !== "alive" && heard.relations[id] === undefined;
}
