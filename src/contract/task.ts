/** Tasks in the words of agents: what is to be carried out, by a unit or by a machine itself. */
import { flag, integer, json, map, record, text, type ValueOf } from "./wire.ts";

/** What an agent is told of a task before it begins it. */
export const desiredTask = record({
  id: integer,
  /** `pending`, `running`, or `aborting` for one that runs and is to end. */
  status: text,
  /** Whether it runs beside whatever else runs on the machine. */
  parallel: flag,
  /** Those in the same group run one after the other; empty for none. */
  "execution-group": text,
});
export type DesiredTask = ValueOf<typeof desiredTask>;

/** The name of a task that is a command; its parameters are `command` and `timeout`, in nanoseconds. */
export const execName = "juju-exec";

/** What is to be done. */
export const taskDetails = record({
  id: integer,
  /** Of the action, or `execName`. */
  name: text,
  parameters: map(json),
});
export type TaskDetails = ValueOf<typeof taskDetails>;

/** How a task has ended. */
export const taskEnding = record({
  id: integer,
  /** `completed`, `failed` or `aborted`. */
  status: text,
  message: text,
  output: map(json),
});
export type TaskEnding = ValueOf<typeof taskEnding>;
