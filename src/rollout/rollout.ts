/** What a rollout is made of. See `advance.ts` for how one moves, and `plan.ts` for how one begins. */

export interface Plan {
  /** The members, in the order of their turns. */
  readonly waves: readonly (readonly string[])[];
  /** How many members may be on their way at once. */
  readonly inFlightMax: number;
  /** How many members may fail before no more start. */
  readonly failuresMax: number;
  /** For how many seconds a member may be on its way before it counts as failed; null for ever. */
  readonly patienceSeconds: number | null;
}

export const stages = ["waiting", "upgrading", "upgraded", "failed", "gone"] as const;
/** A member that is gone was removed meanwhile; nobody waits for it. */
export type Stage = (typeof stages)[number];

export interface Member {
  readonly id: string;
  readonly wave: number;
  readonly stage: Stage;
  readonly since: Temporal.Instant;
  /** Why it failed, or empty. */
  readonly message: string;
}

const states = ["planned", "rolling", "halted", "done", "aborted"] as const;
/**
 * A halted rollout starts no more members, because too many have failed; an aborted one, because
 * somebody said so. Those on their way go on in both.
 */
export type State = (typeof states)[number];

export interface Rollout {
  readonly plan: Plan;
  readonly state: State;
  /** The wave whose turn it is. */
  readonly wave: number;
  readonly members: readonly Member[];
}

/** What became of a member. */
export type News =
  | { readonly kind: "upgraded" | "gone"; readonly id: string }
  | { readonly kind: "failed"; readonly id: string; readonly message: string };

/** Something became of a member, or somebody called the rollout off. */
export type Observation = News | { readonly kind: "abort" };

export function begin(plan: Plan, now: Temporal.Instant): Rollout {
  const members = plan.waves.flatMap((ids, wave) =>
    ids.map((id): Member => ({ id, wave, stage: "waiting", since: now, message: "" })),
  );
  return { plan, state: "planned", wave: 0, members };
}

/** Whether nothing is left to happen: it is over, and nobody is on the way. */
export function hasEnded({ state, members }: Rollout): boolean {
  const isOver = state === "done" || state === "halted" || state === "aborted";
  return isOver && members.every(({ stage }) => stage !== "upgrading");
}
