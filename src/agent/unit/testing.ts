/** Desired states made by hand, and a unit that lives through them without a charm or a process. */
import type { DesiredRelation, DesiredUnit } from "#contract/machine-agent.ts";
import { describeHook, type Hook, type RelationHook, type RelationHookKind } from "./hook.ts";
import type { Decision } from "./resolver/decision.ts";
import { afterDeploy, afterHook, withoutRelation } from "./resolver/effects.ts";
import { type Circumstances, decide } from "./resolver/resolver.ts";
import { noChanges } from "./run/changes.ts";
import { newUnitState, type UnitState } from "./state.ts";

export const epoch = Temporal.Instant.from("2026-01-01T00:00:00Z");
const stepsMax = 1000;
const retrySeconds = 5;

type CharmChange = Partial<DesiredUnit["charm"]>;

export function desiredUnit(
  change: Partial<Omit<DesiredUnit, "charm">> & { readonly charm?: CharmChange } = {},
): DesiredUnit {
  return {
    ...{ name: "mysql/0", life: "alive", leader: "", resolved: "", principal: "" },
    "leader-settings-version": 0,
    ...{ trusted: false, config: {}, relations: [], secrets: { owned: [], read: [] } },
    ...{ tasks: [], storage: [], ...change },
    charm: {
      ...{ url: "local:mysql-1", sha256: "", size: 0, "modified-version": 1, force: false },
      ...change.charm,
    },
  };
}

/** The relation `db:1` to `wordpress`, unless something else is said. */
export function desiredRelation(change: Partial<DesiredRelation> = {}): DesiredRelation {
  return {
    ...{ id: 1, endpoint: "db", role: "provider", interface: "mysql", life: "alive" },
    ...{ "remote-application": "wordpress", suspended: false, members: {} },
    ...{ "application-version": 0, ...change },
  };
}

export function peerRelation(change: Partial<DesiredRelation> = {}): DesiredRelation {
  const own = { id: 0, endpoint: "cluster", role: "peer", "remote-application": "mysql" };
  return desiredRelation({ ...own, ...change });
}

export function relationHook(
  kind: RelationHookKind,
  change: Partial<Omit<RelationHook, "kind">> = {},
): RelationHook {
  return {
    ...{ kind, relation: 1, endpoint: "db", remoteApplication: "wordpress", isPeer: false },
    ...{ remoteUnit: "", departingUnit: "", version: 0, ...change },
  };
}

/** The state of a unit that has been through its first hooks and has nothing to do. */
export function settledUnit(change: Partial<UnitState> = {}): UnitState {
  return {
    ...newUnitState(epoch),
    charm: { url: "local:mysql-1", modifiedVersion: 1 },
    ...{ isInstalled: true, isStarted: true, isSettled: true, configHash: "one", boot: "first" },
    leaderSettings: 0,
    ...change,
  };
}

/** The state of a unit whose hook has failed, to be tried again at `retryAt`. */
export function failedUnit(hook: Hook, change: Partial<UnitState> = {}): UnitState {
  return settledUnit({
    operation: { kind: "hook", hook, context: "c", failures: 1, configHash: "one" },
    step: { kind: "failed", retryAt: epoch.add({ seconds: retrySeconds }).toString() },
    ...change,
  });
}

export function circumstancesOf(change: Partial<Circumstances> = {}): Circumstances {
  return {
    now: epoch,
    isLeader: false,
    configHash: "one",
    storage: new Map(),
    updateStatusInterval: Temporal.Duration.from({ minutes: 5 }),
    ...{ retriesHooks: true, hasSubordinates: false, hasCommands: false, boot: "first" },
    ...change,
  };
}

/** The settings that a hook was given, and the boot in which it ran. */
type Met = Pick<Circumstances, "configHash" | "boot">;

/** A unit that does what is decided, in memory; what it has done can be read in `told`. */
export class Story {
  /** It has heard already that its leader says nothing, so that only stories about that tell it. */
  state: UnitState = { ...newUnitState(epoch), leaderSettings: 0 };
  desired: DesiredUnit;
  circumstances = circumstancesOf();
  /** Whether this hook is to fail now. */
  fails: (hook: Hook) => boolean = () => false;
  /** Whether the agent dies now, and where: while it works, or before the controller has heard. */
  dies: () => "begun" | "done" | undefined = () => undefined;
  /** Told of each hook that counts, with what it was given, and of each new charm. */
  counts: (what: Hook | "deploy", given: Met) => void = () => {};
  isFinished = false;
  readonly #told: string[] = [];

  constructor(desired: DesiredUnit) {
    this.desired = desired;
  }

  /** What has been done since somebody asked last. */
  get told(): string[] {
    return this.#told.splice(0);
  }

  /** Does what there is to do, until there is nothing more. */
  rest(): string[] {
    for (let step = 0; step < stepsMax; step++) if (!this.step()) return this.told;
    throw new Error(`there is no end to it: ${this.told.slice(-10).join(", ")}`);
  }

  later(duration: Temporal.DurationLike): void {
    this.circumstances = { ...this.circumstances, now: this.circumstances.now.add(duration) };
  }

  /** Returns whether there was anything to do. */
  step(): boolean {
    const decision = decide(this.state, this.desired, this.circumstances);
    if (decision.kind === "wait" || this.isFinished) return false;
    this.#carryOut(decision);
    return true;
  }

  #carryOut(decision: Exclude<Decision, { kind: "wait" }>): void {
    switch (decision.kind) {
      case "deploy":
        this.#deploy(decision.interrupted);
        break;
      case "run":
        this.#run(decision.hook);
        break;
      case "skip":
        this.#skip(decision.hook);
        break;
      case "unmark":
        this.desired = { ...this.desired, resolved: "" };
        break;
      case "depose":
        this.state = { ...this.state, isLeader: false };
        break;
      case "forget":
        this.#told.push(`forget ${decision.relation}`);
        this.state = withoutRelation(this.state, decision.relation);
        break;
      case "release":
        this.#told.push(`release ${decision.storage}`);
        this.desired = {
          ...this.desired,
          storage: this.desired.storage.filter(({ id }) => id !== decision.storage),
        };
        break;
      case "finish":
        this.#told.push("finish");
        this.isFinished = true;
        break;
      case "reboot":
        this.#told.push("reboot");
        this.circumstances = { ...this.circumstances, boot: `after ${this.circumstances.boot}` };
        break;
      case "resume":
        this.#resume();
    }
  }

  #resume(): void {
    const { operation, step } = this.state;
    if (operation === null) throw new Error("nothing was under way");
    if (operation.kind === "deploy") this.#deploy(operation.interrupted);
    else if (step.kind === "done") this.#succeed(operation.hook, operation);
    else this.#run(operation.hook);
  }

  #deploy(interrupted: Hook | null): void {
    const { url, sha256, size, "modified-version": modifiedVersion } = this.desired.charm;
    this.#told.push(`deploy ${url}`);
    if (this.dies()) {
      const charm = { url, sha256, size, modifiedVersion };
      const operation = { kind: "deploy", charm, interrupted } as const;
      this.state = { ...this.state, operation, step: { kind: "begun" } };
      return;
    }
    this.state = afterDeploy(this.state, { url, modifiedVersion }, interrupted);
    this.counts("deploy", this.circumstances);
  }

  #run(hook: Hook): void {
    const { resolved } = this.desired;
    if (resolved !== "") this.desired = { ...this.desired, resolved: "" };
    const { now, configHash, boot } = this.circumstances;
    const run = { hook, context: "c", failures: 1, configHash, boot };
    const operation = { kind: "hook", ...run } as const;
    const dies = this.dies();
    if (dies === "begun") {
      this.state = { ...this.state, operation, step: { kind: "begun" } };
      return;
    }
    const name = describeHook(hook).replace(" hook", "");
    const hasFailed = this.fails(hook);
    this.#told.push(hasFailed ? `${name} fails` : name);
    if (hasFailed) {
      const retryAt = now.add({ seconds: retrySeconds }).toString();
      this.state = { ...this.state, operation, step: { kind: "failed", retryAt } };
    } else if (dies === "done") {
      this.state = { ...this.state, operation, step: { kind: "done", changes: noChanges } };
    } else this.#succeed(hook, operation);
  }

  /** What is taken as done counts with what it was given when it failed. */
  #skip(hook: Hook): void {
    this.#told.push(`skip ${describeHook(hook)}`);
    const { operation, configHash } = this.state;
    const { boot } = this.circumstances;
    const failed = operation?.kind === "hook" ? operation.configHash : configHash;
    this.#succeed(hook, { configHash: failed, boot });
  }

  #succeed(hook: Hook, { configHash, boot = this.circumstances.boot }: Partial<Met>): void {
    const met = { configHash: configHash ?? this.circumstances.configHash, boot };
    this.state = afterHook(this.state, hook, { ...this.circumstances, ...met });
    this.counts(hook, met);
  }
}
