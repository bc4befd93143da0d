/** What tools see and change of relations. */
import { byText } from "#base/order.ts";
import type { DesiredUnit } from "#contract/machine-agent.ts";
import type { HookRelation, RelationContext, Settings } from "../../hook-context.ts";
import { readBindings } from "../charm-files.ts";
import { type Hook, isRelationHook, type RelationHook, subjectOf, type TaskRun } from "../hook.ts";
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
function listRelations({ desired, hook, isInstalled }: HookSubject): HookRelation[] {
  if (!isInstalled && isBeforeRelations(hook)) return [];
  const listed = desired.relations.map(toHookRelation);
  if (!isRelationHook(hook)) return listed;
  const { relation: id, endpoint, remoteApplication, isPeer, kind } = hook;
  const present = listed.find((each) => each.id === id);
  const gone = { id, endpoint, remoteApplication, isPeer, isBroken: true, units: [] };
  const about = kind === "relation-broken" ? (present ?? gone) : stillThere(present ?? gone, hook);
  return [...listed.filter((each) => each !== present), about];
}

/** A relation is broken only when all have departed, and who departs is in it no longer. */
function stillThere(relation: HookRelation, { kind, remoteUnit }: RelationHook): HookRelation {
  const isLeaving = (unit: string) => kind === "relation-departed" && unit === remoteUnit;
  const units = relation.units.filter((unit) => !isLeaving(unit));
  return { ...relation, isBroken: false, units };
}

function isBeforeRelations(hook: Hook | TaskRun): boolean {
  return ["install", "storage-attached"].includes(hook.kind);
}

function toHookRelation({
  id,
  endpoint,
  role,
  life,
  suspended,
  members,
  "remote-application": remoteApplication,
}: DesiredUnit["relations"][number]): HookRelation {
  const units = Object.keys(members).toSorted(byText);
  const kinds = { isPeer: role === "peer", isBroken: life !== "alive" || suspended };
  return { id, endpoint, remoteApplication, ...kinds, units };
}
