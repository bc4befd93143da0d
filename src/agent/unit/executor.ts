/**
 * The executor: does what the resolver has decided, one operation after the other.
 *
 * Each step is written down before the next: that an operation has begun, that its hook has
 * succeeded and what it wrote, that the controller has heard of it. So an agent that is killed at
 * any point goes on from there, and a hook that has succeeded is never run again.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Backoff, backoffDelay } from "#base/backoff.ts";
import { exists, removeTree } from "#base/files.ts";
import type { Journal } from "#base/journal.ts";
import { isProblem, messageOf } from "#base/problem.ts";
import { deriveSecret } from "#base/secret.ts";
import type { HookChanges } from "#contract/unit-agent.ts";
import { isRefusal } from "../machine/link.ts";
import { abandonCharm, deployCharm, forgetPreviousCharm } from "./charm/deploy-charm.ts";
import { describeHook, type Hook, hookName, mayFail } from "./hook.ts";
import { afterAbandoning, afterDeploy, afterHook, withoutRelation } from "./resolver/effects.ts";
import { toFacts } from "./resolver/unit-facts.ts";
import { noChanges, PendingChanges } from "./run/changes.ts";
import { measureItself } from "./run/hook-context/metrics.ts";
import { endRun, recallStatus } from "./run/hook-process.ts";
import { runHook } from "./run/run-hook.ts";
import type { UnitSetting, Wanted } from "./setting.ts";
import type { DeployOperation, HookOperation, UnitState } from "./state.ts";
import * as say from "./status-messages.ts";
import { TaskRunner } from "./task-runner.ts";

/** How long to wait before a failed hook is tried again, as Juju does. */
const retry: Backoff = { firstMs: 5000, factor: 2, maxMs: 300_000, jitter: 0.2 };
const secretBytes = 16;
/** In the folder of a run: the hook has asked for a reboot. */
const rebootFile = "reboot";

export class Executor {
  readonly #setting: UnitSetting;
  readonly #journal: Journal<UnitState>;
  #state: UnitState;
  readonly tasks: TaskRunner;

  constructor(setting: UnitSetting, journal: Journal<UnitState>, state: UnitState) {
    this.#setting = setting;
    this.#journal = journal;
    this.#state = state;
    this.tasks = new TaskRunner(setting, {
      state: () => this.#state,
      save: (change, options) => this.#save(change, options),
      noteStatus: () => this.#noteStatus(),
    });
  }

  get state(): UnitState {
    return this.#state;
  }

  /** Brings the desired charm to its place; throws what keeps it from there. */
  async deploy(wanted: Wanted, interrupted: Hook | null): Promise<void> {
    const { url, sha256, size, "modified-version": modifiedVersion } = wanted.unit.charm;
    const charm = { url, sha256, size, modifiedVersion };
    const operation: DeployOperation = { kind: "deploy", charm, interrupted };
    await this.#save({ operation, step: { kind: "begun" } });
    const { paths, wrench, log, fetchCharm } = this.#setting;
    const means = { paths, wrench, log, fetch: fetchCharm };
    await deployCharm(means, { url, sha256, size, ...this.#replaced() });
    await this.#succeed(operation, noChanges);
  }

  /** What the agent remembers of the charm that lay there before. */
  #replaced() {
    const { charm, isSettled } = this.#state;
    return { replaces: charm?.url ?? null, mayReturn: !isSettled };
  }

  /**
   * Runs a hook to its end; one that fails is no error, but a state. When `signal` aborts while other
   * units' hooks run, it is left to be decided again. Throws `stopped` when it was cut short.
   */
  async run(wanted: Wanted, hook: Hook, signal: AbortSignal): Promise<void> {
    const { name, hookLock } = this.#setting;
    await hookLock.hold(async () => {
      if (signal.aborted) return;
      const secret = randomBytes(secretBytes).toString("hex");
      const context = `${name}-${hookName(hook)}-${secret}`;
      const operation = this.#toOperation(hook, { context, configHash: wanted.configHash });
      await mkdir(this.#runFolder(operation), { recursive: true, mode: 0o700 });
      await this.#save({ operation, step: { kind: "begun" } });
      await say.beginning(this.#setting, this.#state, hook);
      await using changes = await PendingChanges.open(this.#runFolder(operation));
      const folder = this.#runFolder(operation);
      const cut = new AbortController();
      const run = {
        ...{ wanted, operation, folder, changes, heard: this.#state },
        noteStatus: () => this.#noteStatus(),
        askReboot: (isNow: boolean) => this.#askReboot(folder, isNow ? cut : undefined),
        signal: AbortSignal.any([this.#setting.signal, cut.signal]),
      };
      const hasSucceeded = await runHook(this.#setting, run).catch((error: unknown) => {
        if (!cut.signal.aborted || !isProblem(error, "stopped")) throw error;
      });
      if (hasSucceeded) await this.#succeedWith(operation, changes);
      else if (hasSucceeded === false) await this.#fail(operation);
    });
  }

  /** The file counts if the hook succeeds; a hook that is cut short runs again after the reboot. */
  async #askReboot(folder: string, cut: AbortController | undefined): Promise<void> {
    await writeFile(join(folder, rebootFile), "");
    if (cut === undefined) return;
    this.#setting.log.write("INFO", "a hook has asked for a reboot now, and is to run again");
    await this.#save({ rebootAsked: this.#setting.boot }, { durable: true });
    this.#setting.wrench.at("reboot-asked");
    cut.abort();
  }

  /** A charm that was started by a version that did not look counts as started in this boot. */
  async noteBoot(): Promise<void> {
    if (this.#state.boot === "") await this.#save({ boot: this.#setting.boot });
  }

  /** At once, since a hook that ends without the agent has set it all the same. */
  async #noteStatus(): Promise<void> {
    if (!this.#state.hasSetStatus) await this.#save({ hasSetStatus: true });
  }

  /** Takes a hook as done that has failed or is of no use any more, with what it would have read. */
  async skip(hook: Hook): Promise<void> {
    this.#setting.log.write("INFO", `${describeHook(hook)} is taken as done`);
    const { operation: failed, configHash } = this.#state;
    const given = failed?.kind === "hook" ? failed.configHash : configHash;
    const operation = this.#toOperation(hook, { context: "", configHash: given });
    await this.#succeed(operation, noChanges);
  }

  /** Goes on with what was under way when the agent died. */
  async resume(wanted: Wanted, signal: AbortSignal): Promise<void> {
    const { operation, step } = this.#state;
    if (operation === null) return;
    if (step.kind === "done")
      return this.#commit(operation, await this.#recall(operation, step.changes));
    if (operation.kind === "hook") return this.#resumeHook(wanted, operation, signal);
    if (wanted.unit.life === "alive") return this.deploy(wanted, operation.interrupted);
    await abandonCharm(this.#setting.paths, this.#replaced());
    await this.#save(afterAbandoning(this.#state, operation.interrupted));
  }

  /**
   * A hook that has succeeded without the agent counts. One that has not runs again, for it may have
   * failed only because nobody answered its tools.
   */
  async #resumeHook(wanted: Wanted, operation: HookOperation, signal: AbortSignal): Promise<void> {
    const { clock, log, hookLock } = this.#setting;
    const folder = this.#runFolder(operation);
    const { context } = operation;
    const hasSucceeded = async () => (await recallStatus(folder)) === 0;
    if (!(await hasSucceeded())) await endRun(folder, { context, clock });
    if (await hasSucceeded()) {
      log.write("INFO", `hook "${hookName(operation.hook)}" has succeeded meanwhile`);
      await using changes = await PendingChanges.open(folder);
      return await this.#succeedWith(operation, changes);
    }
    log.write("WARNING", `hook "${hookName(operation.hook)}" was terminated: running it again`);
    await hookLock.hold(() => removeTree(folder));
    await this.run(wanted, operation.hook, signal);
  }

  /** The charm does not know any more that it leads. */
  async depose(): Promise<void> {
    await this.#save({ isLeader: false });
  }

  /** A relation is over of which no hook says so. */
  async forget(relation: number): Promise<void> {
    await this.#save(withoutRelation(this.#state, relation));
  }

  #toOperation(
    hook: Hook,
    { context, configHash }: { readonly context: string; readonly configHash: string },
  ): HookOperation {
    const { operation } = this.#state;
    const failures = operation?.kind === "hook" ? operation.failures : 0;
    return { kind: "hook", hook, context, failures, configHash, boot: this.#setting.boot };
  }

  /** Everybody on the machine can read its name in a command line, so that it must not tell the secret. */
  #runFolder({ context }: HookOperation): string {
    return join(this.#setting.paths.runs, deriveSecret(context, "folder"));
  }

  /** Of a unit there is one run at a time, so that what else is there a dead agent has left. */
  async #forgetRuns(): Promise<void> {
    const { runs } = this.#setting.paths;
    for (const name of await readdir(runs)) await removeTree(join(runs, name));
  }

  /** `sequence` is the last number that the controller may know, even of a commit that was refused. */
  async #fail(operation: HookOperation, sequence = this.#state.sequence): Promise<void> {
    if (mayFail(operation.hook) && operation.context !== "") {
      await this.#save({ sequence });
      return this.skip(operation.hook);
    }
    const { clock, log } = this.#setting;
    const failures = operation.failures + 1;
    const delay = backoffDelay(retry, failures, Math.random);
    const retryAt = clock.now().add(delay).toString();
    const step = { kind: "failed", retryAt } as const;
    await this.#save({ operation: { ...operation, failures }, step, sequence });
    await this.#forgetRuns();
    log.write("INFO", `awaiting error resolution for "${hookName(operation.hook)}" hook`);
    await say.failure(this.#setting, operation.hook);
  }

  /** What it says of secrets is written nowhere else. */
  async #succeedWith(operation: HookOperation, changes: PendingChanges): Promise<void> {
    if (operation.hook.kind === "collect-metrics") await measureItself(this.#setting, changes);
    if (changes.all.secrets.length > 0) await changes.keep();
    await this.#succeed(operation, changes.all);
  }

  /**
   * From here on the operation counts, whatever happens. What it says of secrets stays where the hook
   * wrote it, in the run's folder, which goes when the controller has heard; a journal keeps it longer.
   */
  async #succeed(operation: DeployOperation | HookOperation, changes: HookChanges): Promise<void> {
    const asked = operation.kind === "hook" && (await this.#hasAskedReboot(operation));
    const rebootAsked = asked ? this.#setting.boot : this.#state.rebootAsked;
    await this.#save({ operation, step: toStep(changes), rebootAsked }, { durable: true });
    this.#setting.wrench.at("operation-done");
    await this.#commit(operation, changes);
  }

  #hasAskedReboot(operation: HookOperation): Promise<boolean> {
    return exists(join(this.#runFolder(operation), rebootFile));
  }

  /** What was written down of it, with what the run's folder says of secrets. */
  async #recall(
    operation: DeployOperation | HookOperation,
    changes: HookChanges,
  ): Promise<HookChanges> {
    if (operation.kind === "deploy" || operation.context === "") return changes;
    await using written = await PendingChanges.open(this.#runFolder(operation));
    return { ...changes, secrets: written.all.secrets };
  }

  async #commit(operation: DeployOperation | HookOperation, changes: HookChanges): Promise<void> {
    const { controller, wrench, log } = this.#setting;
    const after = this.#after(operation);
    try {
      await controller.commit(after.sequence, changes, toFacts(operation, after));
    } catch (error) {
      if (!isRefusal(error) || operation.kind === "deploy") throw error;
      log.write(
        "ERROR",
        `cannot commit what "${hookName(operation.hook)}" wrote: ${messageOf(error)}`,
      );
      return this.#fail(operation, after.sequence);
    }
    wrench.at("operation-committed");
    const hasSettled = after.isSettled && !this.#state.isSettled;
    await this.#save(after);
    wrench.at("operation-saved");
    if (hasSettled) await forgetPreviousCharm(this.#setting.paths);
    if (operation.kind === "deploy") return;
    await this.#forgetRuns();
    await say.ending(this.#setting, after, operation.hook);
  }

  #after(operation: DeployOperation | HookOperation): UnitState {
    if (operation.kind === "deploy") {
      const { url, modifiedVersion } = operation.charm;
      return afterDeploy(this.#state, { url, modifiedVersion }, operation.interrupted);
    }
    const { clock, boot: present } = this.#setting;
    const { hook, configHash, boot = present } = operation;
    return afterHook(this.#state, hook, { configHash, boot, now: clock.now() });
  }

  async #save(change: Partial<UnitState>, { durable } = { durable: false }): Promise<void> {
    this.#state = { ...this.#state, ...change };
    await this.#journal.write(this.#state, { durable });
  }
}

function toStep(changes: HookChanges): UnitState["step"] {
  return { kind: "done", changes: { ...changes, secrets: [] } };
}
