/**
 * Random lives of a unit: whatever is desired meanwhile and whenever the agent dies, it comes to
 * rest, and then the charm knows exactly what is desired.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/testing.ts";
import type { DesiredRelation } from "#contract/machine-agent.ts";
import {
  type Hook,
  hookName,
  isRelationHook,
  isUpgradeHook,
  type RelationHook,
  type UpgradeHook,
} from "../hook.ts";
import {
  type circumstancesOf,
  desiredRelation,
  desiredUnit,
  peerRelation,
  Story,
} from "../testing.ts";

const seeds = process.env.CI ? 30_000 : 5000;
const turns = 40;
const members = ["a/0", "a/1", "a/2"];

interface Heard {
  readonly endpoint: string;
  isCreated: boolean;
  readonly units: Map<string, number>;
  applicationVersion: number;
}

/** The charm: what it has been told, held against what may be told to a charm. */
class Listener {
  readonly relations = new Map<number, Heard>();
  charm = "";
  config = "";
  startedIn = "";
  hasStopped = false;
  hasBeenRemoved = false;
  knowsThatItLeads = false;
  /** That it has been told to come, and not that it has been. */
  upgrade: number | undefined;
  readonly #story: Story;
  #expected: string[] = [];

  constructor(story: Story) {
    this.#story = story;
  }

  hear(what: Hook | "deploy", { configHash, boot }: Parameters<Story["counts"]>[1]): void {
    assert.ok(!this.hasBeenRemoved, "nothing comes after remove");
    if (what === "deploy") {
      assert.ok(!this.#isHeld(), "no charm comes while the machine is upgraded");
      this.charm = this.#story.desired.charm.url;
      return;
    }
    const next = this.#expected.shift();
    if (next !== undefined) assert.equal(hookName(what), next);
    if (isUpgradeHook(what)) this.#hearUpgrade(what);
    else assert.ok(!this.#isHeld(), "nothing comes while the machine is upgraded");
    if (isRelationHook(what)) this.#hearRelation(what);
    else this.#hearUnit(what.kind, boot);
    if (what.kind === "config-changed") this.config = configHash;
  }

  #hearUnit(kind: string, boot: string): void {
    if (kind === "upgrade-charm") this.#expected = ["config-changed"];
    if (kind === "config-changed" && this.startedIn === "") this.#expected.unshift("start");
    if (kind === "start") {
      assert.notEqual(this.startedIn, boot, "a unit starts once in each boot of its machine");
      assert.ok(!this.hasStopped, "a unit that has stopped does not start");
      this.startedIn = boot;
    }
    if (kind === "leader-elected") this.knowsThatItLeads = true;
    if (kind === "stop") {
      assert.equal(this.relations.size - this.#peers(), 0, "relations end before stop");
      this.hasStopped = true;
    }
    if (kind === "remove") {
      assert.ok(this.hasStopped, "stop comes before remove");
      this.hasBeenRemoved = true;
    }
  }

  #isHeld(): boolean {
    const isPreparing = this.#story.desired["machine-upgrade"]?.phase === "prepare";
    return this.upgrade !== undefined && isPreparing;
  }

  #hearUpgrade({ kind, number }: UpgradeHook): void {
    const isFirst = kind === "pre-series-upgrade";
    assert.equal(this.upgrade, isFirst ? undefined : number, "each is heard of once, in order");
    this.upgrade = isFirst ? number : undefined;
  }

  #peers(): number {
    return [...this.relations.values()].filter(({ endpoint }) => endpoint === "cluster").length;
  }

  #hearRelation(hook: RelationHook): void {
    const { relation: id, remoteUnit, endpoint } = hook;
    const heard = this.relations.get(id);
    if (hook.kind === "relation-created") {
      assert.equal(heard, undefined, "a relation is created once");
      const fresh = { endpoint, isCreated: true, units: new Map(), applicationVersion: 0 };
      this.relations.set(id, fresh);
      return;
    }
    assert.ok(heard, `${hookName(hook)} comes after it was created and before it is broken`);
    if (hook.kind === "relation-joined") {
      assert.ok(!heard.units.has(remoteUnit), "nobody joins twice without departing");
      heard.units.set(remoteUnit, 0);
      this.#expected = [`${endpoint}-relation-changed`];
    }
    if (hook.kind === "relation-changed") this.#hearSettings(heard, hook);
    if (hook.kind === "relation-departed") {
      assert.ok(heard.units.delete(remoteUnit), "who departs had joined, and departs once");
    }
    if (hook.kind === "relation-broken") {
      assert.equal(heard.units.size, 0, "everybody departs before it is broken");
      assert.ok(!hook.isPeer, "a relation among peers is not broken");
      this.relations.delete(id);
      this.#leave(id);
    }
  }

  #hearSettings(heard: Heard, { remoteUnit, version }: RelationHook): void {
    if (remoteUnit === "") {
      heard.applicationVersion = version;
      return;
    }
    const before = heard.units.get(remoteUnit);
    assert.ok(before !== undefined, "changed comes after joined");
    assert.ok(before === 0 || version !== before, "what is known is not told again");
    heard.units.set(remoteUnit, version);
  }

  /** The controller forgets a relation that ends when the unit has left it. */
  #leave(id: number): void {
    const { desired } = this.#story;
    const relations = desired.relations.filter((each) => each.id !== id || each.life === "alive");
    this.#story.desired = { ...desired, relations };
  }
}

test(`whatever happens, a unit comes to rest knowing what is desired (${seeds} lives)`, () => {
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      live(seed);
    } catch (error) {
      throw new Error(`life ${seed} went wrong`, { cause: error });
    }
  }
});

function live(seed: number): void {
  const random = seededRandom(seed);
  const chance = (share: number) => random() < share;
  const story = new Story(desiredUnit({ relations: [peerRelation()] }));
  const listener = new Listener(story);
  story.counts = (what, given) => listener.hear(what, given);
  story.fails = () => chance(0.15);
  story.dies = () => (chance(0.1) ? (chance(0.5) ? "begun" : "done") : undefined);
  const changes = desiredChanges(story, random);
  for (let turn = 0; turn < turns; turn++) {
    changes[Math.floor(random() * changes.length)]?.();
    for (let steps = Math.floor(random() * 8); steps > 0; steps--) story.step();
    forgetPeers(story, listener);
    if (chance(0.2)) story.later({ seconds: 5 });
  }
  story.fails = () => false;
  story.dies = () => undefined;
  story.rest();
  story.later({ seconds: 5 });
  story.rest();
  endUpgrade(story);
  forgetPeers(story, listener);
  assert.equal(listener.upgrade, undefined);
  if (story.desired.life === "alive") assertKnows(listener, story);
  else assert.ok(story.isFinished);
}

/** No hook says that a relation among peers is over: it is when all have departed. */
function forgetPeers(story: Story, listener: Listener): void {
  for (const [id, { endpoint, units }] of listener.relations) {
    if (endpoint !== "cluster" || story.state.relations[id] !== undefined) continue;
    assert.equal(units.size, 0);
    listener.relations.delete(id);
  }
}

function assertKnows(listener: Listener, story: Story): void {
  const { desired, circumstances, state } = story;
  const open = desired.relations.filter(({ life, suspended }) => life === "alive" && !suspended);
  const expected = open.toSorted(byId).map((relation) => ({
    id: relation.id,
    units: relation.members,
    applicationVersion: relation["application-version"],
  }));
  const heard = [...listener.relations].map(([id, { units, applicationVersion }]) => {
    return { id, units: Object.fromEntries(units), applicationVersion };
  });
  assert.deepEqual(heard.toSorted(byId), expected);
  assert.deepEqual(
    Object.keys(state.relations).map(Number),
    expected.map(({ id }) => id),
  );
  assert.equal(listener.charm, desired.charm.url);
  assert.equal(state.charm?.modifiedVersion, desired.charm["modified-version"]);
  assert.equal(listener.config, circumstances.configHash);
  assert.equal(state.isLeader, circumstances.isLeader);
  assert.ok(!circumstances.isLeader || listener.knowsThatItLeads);
  assert.equal(listener.startedIn, circumstances.boot);
  assert.ok(state.isSettled);
  assert.deepEqual([state.operation, state.queue], [null, []]);
}

/** As a hook does that asks for it and succeeds, or ends because it is to come now. */
function askReboot(story: Story): void {
  story.state = { ...story.state, rebootAsked: story.circumstances.boot };
}

/** As an operator does, who goes on as soon as the unit has heard of what was last. */
function goOnUpgrading(story: Story): void {
  const { desired, state } = story;
  const { "machine-upgrade": upgrade, ...rest } = desired;
  const known = state.machineUpgrade;
  const next = { phase: "prepare", number: (known?.number ?? 0) + 1, target: "ubuntu@24.04" };
  if (upgrade === undefined) story.desired = { ...rest, "machine-upgrade": next };
  else if (known?.number !== upgrade.number) return;
  else if (upgrade.phase === "prepare") {
    story.desired = { ...rest, "machine-upgrade": { ...upgrade, phase: "complete" } };
  } else if (known.stage === "completed") story.desired = rest;
}

/** Whatever was held back comes after it. */
function endUpgrade(story: Story): void {
  const phases = 3;
  for (let count = 0; count < phases && story.desired["machine-upgrade"]; count++) {
    goOnUpgrading(story);
    story.rest();
    story.later({ seconds: 5 });
  }
  story.rest();
}

function byId(a: { readonly id: number }, b: { readonly id: number }): number {
  return a.id - b.id;
}

/** What an operator, other units and the controller may do meanwhile. */
function desiredChanges(story: Story, random: () => number): (() => void)[] {
  let nextId = 1;
  const pick = <T>(items: readonly T[]): T | undefined =>
    items[Math.floor(random() * items.length)];
  const change = (to: Partial<Story["desired"]>) => {
    story.desired = { ...story.desired, ...to };
  };
  const circumstances = (to: Parameters<typeof circumstancesOf>[0]) => {
    story.circumstances = { ...story.circumstances, ...to };
  };
  const replace = (to: (relation: DesiredRelation) => Partial<DesiredRelation>) => {
    const chosen = pick(story.desired.relations);
    if (chosen === undefined || story.desired.life !== "alive") return;
    const relations = story.desired.relations.map((each) =>
      each === chosen ? { ...each, ...to(each) } : each,
    );
    change({ relations });
  };
  const relate = () => {
    if (story.desired.life !== "alive") return;
    const added = desiredRelation({ id: nextId++, members: { "a/1": 1 } });
    change({ relations: [...story.desired.relations, added] });
  };
  const vanish = () => {
    const chosen = pick(story.desired.relations);
    change({ relations: story.desired.relations.filter((each) => each !== chosen) });
  };
  const touch = () => {
    const unit = pick(members) ?? "";
    replace((each) => ({
      members: { ...each.members, [unit]: (each.members[unit] ?? 0) + Math.ceil(random() * 2) },
    }));
  };
  const leave = () => {
    const unit = pick(members) ?? "";
    replace(({ members: { [unit]: _, ...others } }) => ({ members: others }));
  };
  const refresh = () => {
    const revision = 1 + Math.floor(random() * 3);
    const { charm } = story.desired;
    const modified = charm["modified-version"] + 1;
    const url = `local:mysql-${revision}`;
    change({
      charm: { ...charm, url, "modified-version": modified, force: random() < 0.5 },
    });
  };
  return [
    ...[relate, touch, touch, touch, leave, vanish, refresh],
    () => replace((each) => ({ "application-version": each["application-version"] + 1 })),
    () => replace(() => ({ life: "dying" })),
    () => replace(({ suspended }) => ({ suspended: !suspended })),
    () => circumstances({ configHash: `${random()}` }),
    () => circumstances({ isLeader: random() < 0.5 }),
    () => circumstances({ retriesHooks: true }),
    () => circumstances({ boot: `${random()}` }),
    () => askReboot(story),
    () => goOnUpgrading(story),
    () => change({ resolved: pick(["retry", "no-retry"]) ?? "" }),
    () => (random() < 0.05 ? change({ life: "dying" }) : undefined),
  ];
}
