/** Everything that can happen in a model, by chance. */
import { isProblem } from "#base/problem.ts";
import { type Chance, NothingToDo } from "#base/testing.ts";
import type { PortRange } from "#charm/port-range.ts";
import type { Transaction } from "#store/database.ts";
import type { Store } from "#store/store.ts";
import { enqueue } from "../action/enqueue.ts";
import * as operation from "../action/operation.ts";
import * as task from "../action/task.ts";
import { giveUpOrphans } from "../action/undertaking.ts";
import * as work from "../action/work.ts";
import * as agentBinary from "../agent-binary/agent-binary.ts";
import * as application from "../application/application.ts";
import { change as changeSettings } from "../application/settings.ts";
import { addUnits, deploy } from "../deployment/deployment.ts";
import * as leadership from "../leadership/leadership.ts";
import * as leaderSettings from "../leadership/settings.ts";
import * as machine from "../machine/machine.ts";
import { upgradeByChance } from "../machine/testing.ts";
import * as model from "../model/model.ts";
import * as membership from "../relation/membership.ts";
import { relate } from "../relation/relate.ts";
import * as relation from "../relation/relation.ts";
import { setSuspended } from "../relation/suspend.ts";
import * as removal from "../removal/removal.ts";
import * as rollout from "../rollout/rollout.ts";
import { upgradeAgents } from "../rollout/upgrade-agents.ts";
import { upgradeCharm } from "../rollout/upgrade-charm.ts";
import { advanceAll, noteFailure } from "../rollout/watch.ts";
import { controllerScope } from "../scope.ts";
import { writeByChance } from "../secret/testing.ts";
import * as status from "../status/status.ts";
import { detach, finishDetaching, removeStorage } from "../storage/leave.ts";
import { report } from "../storage/provision.ts";
import * as storage from "../storage/storage.ts";
import { addMore, attachTo } from "../storage/unit-storage.ts";
import {
  addCharm,
  deployApp,
  newModel,
  noSettings,
  now,
  runAll,
  subordinate,
  toExec,
} from "../testing.ts";
import { commit } from "../unit/commit.ts";
import * as unit from "../unit/unit.ts";

/** The applications and charms that the steps are about. */
const names = ["a", "b", "c"];
const charms = ["local:app-0", "local:app-1", "local:app-2"];

const machinesMax = 5;

/** Does one thing that can be done; returns what it was. */
export async function takeStep(store: Store, model: string, situation: Situation): Promise<string> {
  for (;;) {
    const [name, step] = situation.chance.pick(Object.entries(steps));
    try {
      await store.write(model, (tx) => step(tx, situation));
      return name;
    } catch (error) {
      if (!(error instanceof NothingToDo || isProblem(error))) throw error;
    }
  }
}

export async function addBinaries(store: Store): Promise<void> {
  for (const version of ["3.6.101", "3.6.102"]) {
    const binary = { version, os: "ubuntu", arch: "amd64", sha256: "abc", size: 1 };
    await store.write(controllerScope, (tx) => agentBinary.add(tx, binary));
  }
}

/**
 * Makes a model with three revisions of a charm that can be related to itself, two applications, and a
 * subordinate.
 */
export async function newBusyModel(store: Store, model: string): Promise<void> {
  await newModel(store, model);
  const stored = "storage: {data: {type: filesystem, multiple: {range: 0-3}}}";
  const related = "provides: {db: sql, info: sql}\nrequires: {up: sql}";
  const revisions = [
    { metadata: related, config: "options: {port: {type: int}}" },
    {
      metadata: `${related}\npeers: {cluster: ha}\n${stored}`,
      config: "options: {port: {type: string}}",
    },
    { metadata: `provides: {db: sql}\nrequires: {up: sql}\npeers: {cluster: ha}\n${stored}` },
  ];
  for (const files of revisions) await addCharm(store, model, { name: "app", ...files });
  await deployApp(store, model, { name: "a", charm: "local:app-0", units: 2 });
  await deployApp(store, model, { name: "b", charm: "local:app-1" });
  await deployApp(store, model, { name: "beside", metadata: subordinate, units: 0 });
  await runAll(store, model);
  await store.write(model, (tx) => relate(tx, ["a:up", "b:db"], now));
  await store.write(model, (tx) => relate(tx, ["a", "beside"], now));
}

interface Situation {
  readonly chance: Chance;
  readonly now: Temporal.Instant;
}

type Step = (tx: Transaction, situation: Situation) => Promise<unknown>;

/** Each throws a `Problem` or `NothingToDo` when it cannot be done. */
export const steps: Readonly<Record<string, Step>> = {
  deploy: async (tx, { chance, now }) =>
    deploy(tx, {
      ...{ name: chance.pick(names), charm: chance.pick(charms), base: "", channel: "", now },
      ...{ units: await roomFor(tx, chance), settings: noSettings },
      placement: await place(tx, chance),
    }),
  addUnits: async (tx, { chance, now }) =>
    addUnits(tx, chance.pick(names), {
      ...{ count: await roomFor(tx, chance), placement: await place(tx, chance), now },
    }),
  provision: async (tx, { chance }) =>
    machine.setInstance(tx, await pickMachine(tx, chance), {
      ...{ instanceId: "i", addresses: [`10.0.0.${chance.below(9)}`], hardware: "" },
    }),
  report: async (tx, { chance }) =>
    machine.report(tx, await pickMachine(tx, chance), {
      ...{ version: chance.pick(["3.6.100", "3.6.101", "3.6.102"]), hostname: "host" },
    }),
  connect: async (tx, { chance, now }) =>
    machine.setConnected(tx, await pickMachine(tx, chance), { isConnected: chance.flip(), now }),
  finishMachine: async (tx, { chance }) => {
    const dying = (await machine.list(tx)).filter(({ life }) => life === "dying");
    await removal.finishMachine(tx, chance.pick(dying).id);
  },
  bury: async (tx, { chance }) => {
    const dead = (await machine.list(tx)).filter(({ life }) => life === "dead");
    await machine.remove(tx, chance.pick(dead).id);
  },
  run: runHook,
  runAnother: runHook,
  runYetAnother: runHook,
  resolve: async (tx, { chance }) =>
    unit.change(tx, (await pickUnit(tx, chance)).name, { resolved: chance.pick(unit.resolutions) }),
  destroyUnit: async (tx, { chance }) => {
    const { name } = await pickUnit(tx, chance);
    await removal.destroyUnit(tx, name, { isForced: chance.flip() });
  },
  finishUnit,
  finishAnother: finishUnit,
  destroyApplication: async (tx, { chance }) => {
    if (chance.flip()) await removal.destroyApplication(tx, chance.pick(names));
    else throw new NothingToDo();
  },
  relate: async (tx, { chance, now }) => {
    if (chance.below(3) === 0) return suspendOrResume(tx, { chance, now });
    const applications = (await application.list(tx)).map(({ name }) => name);
    const [one, other] = [chance.pick(applications), chance.pick(applications)];
    await relate(tx, [`${one}:up`, `${other}:${chance.pick(["db", "info"])}`], now);
  },
  relateBeside: async (tx, { chance, now }) => relate(tx, [chance.pick(names), "beside:host"], now),
  destroyRelation: async (tx, { chance }) => {
    const others = (await relation.list(tx)).filter(({ endpoints }) => endpoints.length > 1);
    await removal.destroyRelation(tx, chance.pick(others));
  },
  configure: async (tx, { chance }) =>
    changeSettings(tx, chance.pick(names), {
      given: { texts: { port: `${chance.below(3)}` }, yaml: "" },
      reset: [],
    }),
  configureModel: async (tx, { chance }) =>
    model.changeSettings(tx, { set: { "agent-probation": `${1 + chance.below(3)}m` } }),
  upgradeCharm: async (tx, { chance, now }) =>
    upgradeCharm(tx, {
      ...{ application: chance.pick(names), charm: chance.pick(charms), channel: "" },
      ...{ settings: noSettings, force: chance.flip(), forceBase: false, now },
      ...{ forceUnits: chance.flip(), startedBy: "jane" },
    }),
  setCharm: async (tx, { chance }) => {
    const { modifiedVersion, ...found } = await application.get(tx, chance.pick(names));
    const { name } = found;
    const to = { charm: chance.pick(charms), modifiedVersion, channel: "" };
    await application.setCharm(tx, name, { ...to, forceUnits: chance.flip() });
  },
  upgradeAgents: async (tx, { chance, now }) =>
    upgradeAgents(tx, {
      ...{ version: chance.pick(["", "3.6.101", "3.6.102"]), controllerVersion: "3.6.102" },
      ...{ isDryRun: false, ignoreAgentVersions: chance.flip(), startedBy: "jane", now },
      ...{ target: { os: "ubuntu", arch: "amd64" }, offered: [] },
    }),
  advance: (tx, { now }) => advanceAll(tx, now),
  abort: async (tx, { chance, now }) => {
    const { kind, subject } = chance.pick(await rollout.listOpen(tx));
    await rollout.abort(tx, { kind, subject, now });
  },
  fail: async (tx, { chance, now }) => {
    const { id } = chance.pick(await rollout.listOpen(tx));
    const failed = { machine: await pickMachine(tx, chance), rollout: id, reason: "", now };
    await noteFailure(tx, failed);
  },
  addStorage: async (tx, { chance, now }) =>
    addMore(tx, { unit: (await pickUnit(tx, chance)).name, store: "data", directive: {}, now }),
  /** Takes it from whoever has it, in two steps, or gives it to somebody. */
  moveStorage: async (tx, { chance, now }) => {
    const { id } = chance.pick(await storage.list(tx));
    const [held] = await storage.listAttachments(tx, { storage: id });
    if (held?.life === "dying") await finishDetaching(tx, { ...held, now });
    else if (held) await detach(tx, { storage: id });
    else await attachTo(tx, { storage: id, unit: (await pickUnit(tx, chance)).name, now });
  },
  placeStorage: async (tx, { chance, now }) => {
    await storage.setPlace(tx, chance.pick(await storage.list(tx)).id, "/somewhere");
    const held = chance.pick(await storage.listAttachments(tx));
    await report(tx, { ...held, location: `/${chance.below(2)}`, message: "", now });
  },
  removeStorage: async (tx, { chance }) =>
    removeStorage(tx, chance.pick(await storage.list(tx)).id, {
      ...{ destroysAttachments: true, destroysData: chance.flip() },
    }),
  upgradeMachine: (tx, { chance }) => upgradeByChance(tx, chance),
  claim: async (tx, { chance, now }) => {
    const { name, application: of } = await pickUnit(tx, chance);
    await leadership.claim(tx, { application: of, unit: name, seconds: 3, now });
  },
  resign: async (tx, { chance }) => {
    const { name, application: of } = await pickUnit(tx, chance);
    await leadership.resign(tx, { application: of, unit: name });
  },
  expire: (tx, { now }) => leadership.expire(tx, now),
  say: async (tx, { chance, now }) => {
    const { name } = await pickUnit(tx, chance);
    await tellFollowers(tx, name, { chance, now });
    const entity = status.entities.workload(name);
    await status.set(tx, { entity, status: chance.pick(["active", "blocked"]), now });
  },
  enqueue: async (tx, { chance, now }) => {
    const machine = { kind: "machine" as const, name: await pickMachine(tx, chance) };
    const command = toExec((await pickUnit(tx, chance)).name);
    const wish = chance.flip() ? command : { ...command, target: machine };
    await enqueue(tx, [wish], now);
  },
  workOnTask,
  tidyTasks: async (tx, { chance, now }) => {
    if (chance.flip()) await giveUpOrphans(tx, now);
    else await operation.prune(tx, now.add({ hours: chance.pick([0, 1000]) }));
  },
  destroyModel: async (tx, { chance }) => {
    if (chance.below(5) > 0) throw new NothingToDo();
    await removal.destroyModel(tx);
  },
};

/** A unit that leads tells the others something, if they do not know it already. */
async function tellFollowers(tx: Transaction, name: string, { chance }: Situation): Promise<void> {
  const { application: of } = await unit.get(tx, name);
  if ((await leadership.findLeader(tx, of)) !== name) return;
  const settings = { told: `${chance.below(5)}` };
  await leaderSettings.change(tx, { application: of, unit: name, settings });
}

async function suspendOrResume(tx: Transaction, { chance, now }: Situation): Promise<void> {
  const { id, isSuspended } = chance.pick(await relation.list(tx));
  await setSuspended(tx, id, { isSuspended: !isSuspended, reason: "", now });
}

/** An agent commits a hook, as it may be at any time of its unit's life. */
async function runHook(tx: Transaction, { chance, now }: Situation): Promise<void> {
  const picked = await pickUnit(tx, chance);
  const { name, sequence, ...before } = picked;
  const entered = await membership.listEntered(tx, name);
  const isUpgraded = before.charm === null || chance.flip();
  const isLeaving = entered.length > 0 && chance.below(4) === 0;
  const isLeader = (await leadership.findLeader(tx, before.application)) === name;
  const settings = { told: `${chance.below(5)}` };
  const relations = entered.flatMap((id) => [
    { relation: id, application: false, settings },
    ...(isLeader ? [{ relation: id, application: true, settings }] : []),
  ]);
  const range = (): PortRange => {
    const from = 80 + chance.below(3);
    return { endpoint: "", protocol: "tcp", from, to: from };
  };
  await commit(tx, {
    ...{ unit: name, sequence: sequence + 1, now },
    changes: {
      relations: chance.flip() ? relations : [],
      openPorts: chance.flip() ? [range()] : [],
      closePorts: chance.flip() ? [range()] : [],
      state: chance.flip() ? settings : {},
      secrets: await writeByChance(tx, chance, picked),
    },
    facts: {
      ...{ hasInstalled: chance.flip(), isSettled: chance.flip() },
      leftRelation: isLeaving ? chance.pick(entered) : undefined,
      charm: isUpgraded ? before.desiredCharm : (before.charm ?? ""),
      modifiedVersion: isUpgraded ? before.desiredModifiedVersion : before.modifiedVersion,
      rotated: undefined,
    },
    now,
  });
}

/** Those that stand beside others have their turn first, as agents have it. */
async function finishUnit(tx: Transaction, { chance, now }: Situation): Promise<void> {
  const dying = (await unit.list(tx)).filter(({ life }) => life === "dying");
  const beside = dying.filter(({ principal }) => principal !== "");
  const { name } = chance.pick(beside.length > 0 ? beside : dying);
  await removal.finishUnit(tx, name, now);
}

async function pickMachine(tx: Transaction, chance: Chance): Promise<string> {
  return chance.pick(await machine.list(tx)).id;
}

/** An agent or an operator, as a task may be worked on at any time. */
async function workOnTask(tx: Transaction, { chance, now }: Situation): Promise<void> {
  const about = { ...chance.pick(await task.listNewest(tx, 5)), now };
  const ended = { status: chance.pick(["completed", "failed"]), message: "", output: {} };
  const choices = [
    () => work.begin(tx, about),
    () => work.log(tx, { ...about, message: "so far" }),
    () => work.finish(tx, { ...about, ...ended }),
    () => work.cancel(tx, { ...about, by: "jane" }),
  ];
  await chance.pick(choices)();
}

async function pickUnit(tx: Transaction, chance: Chance): Promise<unit.Unit> {
  return chance.pick(await unit.list(tx));
}

/** How many units there may be more. */
async function roomFor(tx: Transaction, chance: Chance): Promise<number> {
  const machines = await machine.list(tx);
  return Math.min(1 + chance.below(2), machinesMax - machines.length);
}

async function place(tx: Transaction, chance: Chance) {
  const machines = await machine.list(tx);
  if (machines.length === 0 || chance.flip()) return [];
  return [{ scope: "#", directive: chance.pick(machines).id }];
}
