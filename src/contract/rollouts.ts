/** Rollouts: upgrades as objects, each with one state. */
import { facade, method } from "./facade.ts";
import { integer, list, map, optional, record, text, type ValueOf } from "./wire.ts";

const member = record({ id: text, wave: integer, stage: text, since: text, message: text });

const rollout = record({
  id: integer,
  /** `agents` or `charm`. */
  kind: text,
  /** The model's or the application's name. */
  subject: text,
  from: text,
  to: text,
  state: text,
  /** What happens next, or what somebody has to do. */
  next: text,
  "started-by": text,
  started: text,
  /** Empty while it is under way. */
  ended: text,
  /** How many members there are at each stage. */
  counts: map(integer),
  /** Only of the rollout that was asked for by its id. */
  members: optional(list(member)),
});
export type WireRollout = ValueOf<typeof rollout>;

export const Rollouts = facade(
  { name: "Rollouts", versions: [1], scope: "model" },
  {
    /** Newest first; the last hundred, or the one with the id and its members. */
    List: method("read", record({ id: integer }), record({ rollouts: list(rollout) })),
  },
);
