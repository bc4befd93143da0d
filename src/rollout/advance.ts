/**
 * Rollouts move members to something new, in waves.
 *
 * A wave starts when the one before has come to rest. Failures spend a budget; the failure that
 * overspends it halts the rollout. Then no new member starts, and those on their way are let
 * finish, since stopping half-way is the one state nobody wants to be in.
 *
 * Nothing here acts, waits or reads a clock. Whoever calls compares the rollout before and after,
 * and acts on each member that is newly upgrading.
 */
import type { Member, News, Observation, Rollout, Stage } from "./rollout.ts";

/**
 * The rollout as it stands after the observations; without any, only time has passed. Those that
 * are late or repeated change nothing.
 */
export function advance(
  rollout: Rollout,
  observations: readonly Observation[],
  now: Temporal.Instant,
): Rollout {
  const steps = [expire, halt, openNextWave, start, finish];
  return steps.reduce((before, step) => step(before, now), record(rollout, observations, now));
}

/** Notes what became of members that were on their way to that, and that somebody called it off. */
function record(
  rollout: Rollout,
  observations: readonly Observation[],
  now: Temporal.Instant,
): Rollout {
  const ofMembers = observations.filter((seen) => seen.kind !== "abort");
  const news = Map.groupBy(ofMembers, ({ id }) => id);
  const recorded = change(rollout, now, (member) => outcomeOf(member, news.get(member.id)));
  const isAborted = observations.length > ofMembers.length;
  return isAborted && isOpen(recorded) ? { ...recorded, state: "aborted" } : recorded;
}

/** The first that can be so counts: whoever is at rest stays there. */
function outcomeOf({ stage }: Member, news: readonly News[] = []): Change {
  const seen = news.find(({ kind }) =>
    kind === "gone" ? !isAtRest(stage) : stage === "upgrading",
  );
  if (seen === undefined) return {};
  return seen.kind === "failed"
    ? { stage: seen.kind, message: seen.message }
    : { stage: seen.kind };
}

/** Counts those as failed that have been on their way for too long. */
function expire(rollout: Rollout, now: Temporal.Instant): Rollout {
  const { patienceSeconds } = rollout.plan;
  if (patienceSeconds === null) return rollout;
  const message = `not back after ${patienceSeconds} seconds`;
  return change(rollout, now, ({ stage, since }) => {
    const deadline = since.add({ seconds: patienceSeconds });
    const isLate = stage === "upgrading" && Temporal.Instant.compare(now, deadline) >= 0;
    return isLate ? { stage: "failed", message } : {};
  });
}

function halt(rollout: Rollout): Rollout {
  const failures = rollout.members.filter(({ stage }) => stage === "failed");
  const isOverspent = failures.length > rollout.plan.failuresMax;
  return isOpen(rollout) && isOverspent ? { ...rollout, state: "halted" } : rollout;
}

/** Skips waves of which nobody is left. */
function openNextWave(rollout: Rollout): Rollout {
  const { plan, members } = rollout;
  let { wave } = rollout;
  const hasRested = () => members.every((member) => member.wave !== wave || isAtRest(member.stage));
  while (wave < plan.waves.length - 1 && hasRested()) wave++;
  return isOpen(rollout) ? { ...rollout, wave } : rollout;
}

/** Sends as many members on their way as there is room for, in the order of their turns. */
function start(rollout: Rollout, now: Temporal.Instant): Rollout {
  if (!isOpen(rollout)) return rollout;
  const { plan, wave, members } = rollout;
  const inFlight = members.filter(({ stage }) => stage === "upgrading").length;
  const ready = members.filter((member) => member.stage === "waiting" && member.wave <= wave);
  const starting = new Set(ready.slice(0, Math.max(0, plan.inFlightMax - inFlight)));
  const started = change(rollout, now, (member) =>
    starting.has(member) ? { stage: "upgrading" } : {},
  );
  return { ...started, state: "rolling" };
}

function finish(rollout: Rollout): Rollout {
  const isDone = rollout.members.every(({ stage }) => isAtRest(stage));
  return isOpen(rollout) && isDone ? { ...rollout, state: "done" } : rollout;
}

function isOpen({ state }: Rollout): boolean {
  return state === "planned" || state === "rolling";
}

function isAtRest(stage: Stage): boolean {
  return stage === "upgraded" || stage === "failed" || stage === "gone";
}

type Change = Partial<Pick<Member, "stage" | "message">>;

function change(
  rollout: Rollout,
  now: Temporal.Instant,
  toChange: (member: Member) => Change,
): Rollout {
  const members = rollout.members.map((member) => {
    const { stage = member.stage, message = member.message } = toChange(member);
    return stage === member.stage ? member : { ...member, stage, message, since: now };
  });
  return { ...rollout, members };
}
