/** Tasks in the words of the wire: as agents hear of them, and as clients do. */
import { toActionSpecs } from "#charm/actions.ts";
import type { WireActionResult, WireOperation } from "#contract/action.ts";
import { toTag } from "#contract/tags.ts";
import type { DesiredTask, TaskDetails } from "#contract/task.ts";
import type { Message } from "#domain/action/messages.ts";
import type { Operation } from "#domain/action/operation.ts";
import type { Receiver, Task, TaskHead } from "#domain/action/task.ts";

/** The actions of a charm, with the schemas of their parameters. */
export function toActions(actions: unknown) {
  const specs = [...toActionSpecs(actions)].map(
    ([name, { description, schema }]) => [name, { description, params: schema }] as const,
  );
  return Object.fromEntries(specs);
}

export function toDesiredTask({ id, status, parallel, executionGroup }: TaskHead): DesiredTask {
  return { id, status, parallel, "execution-group": executionGroup };
}

export function toDetails({ id, name, parameters }: Task): TaskDetails {
  return { id, name, parameters };
}

function toReceiverTag({ kind, name }: Receiver): string {
  return toTag(kind, name);
}

export function toActionResult(task: Task, messages: readonly Message[] = []): WireActionResult {
  const { id, name, receiver, parameters, parallel, executionGroup, status, output } = task;
  const log = messages.map(({ time, message }) => ({ timestamp: time, message }));
  return {
    action: {
      ...{ tag: toTag("action", `${id}`), receiver: toReceiverTag(receiver), name, parameters },
      ...{ parallel, "execution-group": executionGroup },
    },
    ...timesOf(task),
    status,
    message: task.message,
    ...(log.length > 0 ? { log } : {}),
    ...(Object.keys(output).length > 0 ? { output } : {}),
  };
}

export function toOperationResult(
  operation: Operation,
  actions: readonly WireActionResult[],
): WireOperation {
  const { id, summary, fail, status } = operation;
  return {
    ...{ operation: toTag("operation", `${id}`), summary },
    ...(fail === "" ? {} : { fail }),
    ...{ ...timesOf(operation), status, actions },
  };
}

function timesOf(times: Pick<Task, "enqueued" | "started" | "completed">) {
  const { enqueued, started, completed } = times;
  return {
    ...(enqueued === "" ? {} : { enqueued }),
    ...(started === "" ? {} : { started }),
    ...(completed === "" ? {} : { completed }),
  };
}
