/** Serves Action: what units and machines are asked to carry out, and what became of it. */
import { Problem } from "#base/problem.ts";
import { Action } from "#contract/action.ts";
import { parseTag, parseTagOf, toTag } from "#contract/tags.ts";
import { enqueue, type Target, type Wish } from "#domain/action/enqueue.ts";
import * as messages from "#domain/action/messages.ts";
import * as operation from "#domain/action/operation.ts";
import * as task from "#domain/action/task.ts";
import * as work from "#domain/action/work.ts";
import * as application from "#domain/application/application.ts";
import * as charm from "#domain/charm/charm.ts";
import * as machine from "#domain/machine/machine.ts";
import * as unit from "#domain/unit/unit.ts";
import { toWireError } from "#rpc/server.ts";
import type { ReadTransaction } from "#store/database.ts";
import { implement } from "../facade.ts";
import { clockOf, read, type Session, scopeOf, userOf, write } from "../session.ts";
import { watchTask } from "../task-watcher.ts";
import { toActionResult, toActions, toOperationResult } from "../tasks.ts";
import { addWatcher } from "../watchers.ts";

/** What a list shows when nobody says how long it may be, and what it shows at most. */
const listLimit = 50;
const listMax = 1000;
/** Of what tasks were given and have found; python-libjuju takes no more than 4 MiB at a time. */
const listCharactersMax = 2 * 1024 * 1024;

export default implement(Action, {
  async Actions(session, { tag }) {
    const id = parseId("action", tag);
    return read(session, async (tx) => {
      const found = await task.get(tx, id);
      return toActionResult(found, (await messages.listOf(tx, [id])).get(id));
    });
  },

  async ApplicationsCharmsActions(session, { tag }) {
    const name = parseTagOf("application", tag);
    const { content } = await read(session, async (tx) =>
      charm.get(tx, (await application.get(tx, name)).charm),
    );
    return { "application-tag": tag, actions: toActions(content.actions) };
  },

  async Cancel(session, { tag }) {
    const cancelling = { id: parseId("action", tag), by: userOf(session), ...clockOf(session) };
    return toActionResult(await write(session, (tx) => work.cancel(tx, cancelling)));
  },

  async EnqueueOperation(session, { actions }) {
    return enqueueAll(session, async () =>
      actions.map(({ receiver, name, parameters = {}, ...rest }) => ({
        ...{ target: parseTarget(receiver), name: refuseExec(name), parameters },
        ...{ parallel: rest.parallel, executionGroup: rest["execution-group"] },
      })),
    );
  },

  async ListOperations(session, query) {
    const { applications, units, machines, actions, status, offset, limit } = query;
    const receivers = [...units.map(parseTarget), ...machines.map(parseTarget)];
    const wanted: operation.Query = {
      receivers: receivers.filter((each): each is task.Receiver => each.kind !== "leader"),
      applications: applications.map((tag) => parseTagOf("application", tag)),
      ...{ actions, statuses: status, offset: Math.max(offset, 0) },
      limit: Math.min(limit > 0 ? limit : listLimit, listMax),
    };
    return read(session, async (tx) => {
      const { operations, isTruncated } = await operation.list(tx, wanted);
      const { fitting, areCut } = await takeFitting(tx, operations);
      const results = await withTasks(tx, fitting, { areCut });
      return { results, truncated: isTruncated || fitting.length < operations.length };
    });
  },

  async Operations(session, { tag }) {
    const id = parseId("operation", tag);
    const [found] = await read(session, async (tx) =>
      withTasks(tx, [await operation.get(tx, id)], { areTold: true }),
    );
    if (found === undefined) throw new Error("an operation that was found is not there");
    return found;
  },

  async Run(session, params) {
    const { units, applications, machines } = params;
    return enqueueAll(session, async (tx) => {
      const targets = [...units, ...machines].map(parseTarget);
      const all = [];
      for (const each of applications) {
        const { name } = await application.get(tx, toApplicationName(each));
        all.push(...(await unit.list(tx, { application: name })));
      }
      const theirs = all.map(({ name }) => ({ kind: "unit", name }) as const);
      return withoutTwins([...targets, ...theirs]).map((target) => toCommand(params, target));
    });
  },

  async RunOnAllMachines(session, params) {
    return enqueueAll(session, async (tx) => {
      const machines = await machine.list(tx);
      return machines.map(({ id }) => toCommand(params, { kind: "machine", name: id }));
    });
  },

  async WatchActionsProgress(session, { tag }) {
    const id = parseId("action", tag);
    await read(session, (tx) => task.get(tx, id));
    const watched = { model: scopeOf(session), task: id };
    const watcher = watchTask(session.services, watched, session.signal);
    return { "watcher-id": addWatcher(session, watcher), changes: [] };
  },
});

/** What is asked for, in one transaction with finding out of whom. */
async function enqueueAll(
  session: Session,
  ask: (tx: ReadTransaction) => Promise<readonly Wish[]>,
) {
  const { now } = clockOf(session);
  const { operation: id, results } = await write(session, async (tx) =>
    enqueue(tx, await ask(tx), now),
  );
  const { log } = session.services;
  return {
    operation: toTag("operation", `${id}`),
    actions: results.map((each) =>
      each instanceof Problem ? { error: toWireError(each, log) } : toActionResult(each),
    ),
  };
}

/** As many as one answer holds; of one that is too large by itself, without what its tasks have found. */
async function takeFitting(tx: ReadTransaction, operations: readonly operation.Operation[]) {
  const sizes = await task.sizesOf(
    tx,
    operations.map(({ id }) => id),
  );
  let total = 0;
  const isBeyond = ({ id }: operation.Operation) => {
    total += sizes.get(id) ?? 0;
    return total > listCharactersMax;
  };
  const beyond = operations.findIndex(isBeyond);
  const count = beyond < 0 ? operations.length : Math.max(beyond, 1);
  return { fitting: operations.slice(0, count), areCut: beyond === 0 };
}

/** The operations with their tasks, and if asked for with what those have said. */
async function withTasks(
  tx: ReadTransaction,
  operations: readonly operation.Operation[],
  { areTold = false, areCut = false }: { areTold?: boolean; areCut?: boolean },
) {
  const tasks = await (areCut ? listCut : task.listOf)(
    tx,
    operations.map(({ id }) => id),
  );
  const ids = areTold ? tasks.map(({ id }) => id) : [];
  const said = await messages.listOf(tx, ids);
  const byOperation = Map.groupBy(tasks, (each) => each.operation);
  return operations.map((each) => {
    const own = byOperation.get(each.id) ?? [];
    return toOperationResult(
      each,
      own.map((one) => toActionResult(one, said.get(one.id))),
    );
  });
}

async function listCut(tx: ReadTransaction, operations: readonly number[]): Promise<task.Task[]> {
  const heads = await Promise.all(operations.map((id) => task.listHeadsOf(tx, id)));
  return heads.flat().map((head) => ({ ...head, parameters: {}, output: {} }));
}

function parseId(kind: "action" | "operation", tag: string): number {
  const id = Number(parseTagOf(kind, tag));
  if (Number.isSafeInteger(id) && id >= 0) return id;
  throw new Problem("not valid", `"${tag}" is not a valid ${kind} tag`);
}

/** A tag, a unit's name, or `APPLICATION/leader`. */
function parseTarget(text: string): Target {
  const [, leader] = /^(.+)\/leader$/.exec(text) ?? [];
  if (leader !== undefined) return { kind: "leader", name: leader };
  if (/^[^-]+.*\/\d+$/.test(text) && !text.startsWith("machine-"))
    return { kind: "unit", name: text };
  if (/^\d+(?:\/[a-z]+\/\d+)*$/.test(text)) return { kind: "machine", name: text };
  const { kind, id } = parseTag(text);
  if (kind === "unit" || kind === "machine") return { kind, name: id };
  throw new Problem("not valid", `"${text}" is neither a unit nor a machine`);
}

/** A unit that is named twice, as itself and by its application, does it once. */
function withoutTwins(targets: readonly Target[]): Target[] {
  const byName = targets.map((target) => [`${target.kind} ${target.name}`, target] as const);
  return [...new Map(byName).values()];
}

function toApplicationName(text: string): string {
  return text.startsWith("application-") ? parseTagOf("application", text) : text;
}

/** Commands may do anything, which not everybody may do who may run actions. */
function refuseExec(name: string): string {
  if (name !== task.execName) return name;
  throw new Problem("not valid", `"${name}" is not the name of an action`);
}

interface Command {
  readonly commands: string;
  readonly timeout: number;
  readonly parallel?: boolean | undefined;
  readonly "execution-group"?: string | undefined;
}

function toCommand(command: Command, target: Target): Wish {
  const { commands, timeout, parallel } = command;
  if (commands.trim() === "") throw new Problem("not valid", "no commands specified");
  return {
    ...{ target, name: task.execName, parallel, executionGroup: command["execution-group"] },
    parameters: { command: commands, timeout, "workload-context": false },
  };
}
