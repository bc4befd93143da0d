/** How tasks end otherwise than by themselves, in the words of whoever asked for them. */
import type { TaskDetails, TaskEnding } from "#contract/task.ts";
import type { ProcessEnd } from "./process.ts";

/** One that was under way when its agent ended. */
export function cutOff(id: number, status: "failed" | "aborted"): TaskEnding {
  const reason =
    "the agent ended while it was under way, so that nobody knows how far it came; it is not run again";
  return { id, status, message: `action terminated: ${reason}`, output: {} };
}

/** Undefined for what has ended by itself. */
export function endedHow({ how }: ProcessEnd): Pick<TaskEnding, "status" | "message"> | undefined {
  if (how === "aborted") return { status: "aborted", message: "action aborted" };
  if (how === "timed out") return { status: "failed", message: "command timed out" };
  return undefined;
}

/** Of a command, which has done what it was to do when it has ended. */
export function toCommandEnding({ id }: TaskDetails, end: ProcessEnd): TaskEnding {
  const ended = endedHow(end) ?? { status: "completed", message: "" };
  return { id, ...ended, output: end.output };
}
