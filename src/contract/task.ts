/** Tasks in the words of agents: what is to be carried out, by a unit or by a machine itself. */
import { flag, integer, json, map, record, text, type ValueOf } from "./wire.ts";

/** What an agent is told of a task before it begins it. */
export const desiredTask = record({
  id: integer,
  /** Whether it is to end, or not even to begin. */
  aborting: flag,
  /** Whether it runs beside whatever else runs on the machine. */
  parallel: flag,
  /** Those in the same group run one after the other; empty for none. */
  "execution-group": text,
});
export type DesiredTask = ValueOf<typeof desiredTask>;

/** What is to be done. */
export const taskDetails = record({
  id: integer,
  /** Of the action; `juju-exec` for a command, whose parameters are `command` and `timeout`. */
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
