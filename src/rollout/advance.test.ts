import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock, seededRandom } from "#base/testing.ts";
import { advance } from "./advance.ts";
import { begin, hasEnded, type Observation, type Plan, type Rollout } from "./rollout.ts";

const seeds = Array.from({ length: 500 }, (_, index) => index + 1);
const stepsMax = 5000;

test("every rollout of 500 ends, and keeps its promises on the way", () => {
  const ends = seeds.map((seed) => {
    const rollout = runToEnd(seed);
    assertEnded(rollout, `seed ${seed}`);
    return rollout.state;
  });

  assert.deepEqual(new Set(ends), new Set(["done", "halted", "aborted"]));
});

const plan: Plan = {
  waves: [["a", "b"], ["c"]],
  inFlightMax: 2,
  failuresMax: 0,
  patienceSeconds: 600,
};

test("the next wave starts when everyone in the one before is at rest", () => {
  const clock = new ManualClock();
  const first = advance(begin(plan, clock.now()), [], clock.now());
  const second = advance(first, [{ kind: "upgraded", id: "a" }], clock.now());
  const third = advance(second, [{ kind: "gone", id: "b" }], clock.now());

  assert.deepEqual(stages(first), ["upgrading", "upgrading", "waiting"]);
  assert.deepEqual(stages(second), ["upgraded", "upgrading", "waiting"]);
  assert.deepEqual(stages(third), ["upgraded", "gone", "upgrading"]);
});

test("a failure over the budget halts: nobody starts, and whoever is on the way goes on", () => {
  const clock = new ManualClock();
  const begun = advance(begin(plan, clock.now()), [], clock.now());

  const halted = advance(begun, [{ kind: "failed", id: "a", message: "no reason" }], clock.now());
  const after = advance(halted, [{ kind: "upgraded", id: "b" }], clock.now());

  assert.equal(halted.state, "halted");
  assert.equal(hasEnded(halted), false);
  assert.deepEqual(stages(after), ["failed", "upgraded", "waiting"]);
  assert.equal(after.members[0]?.message, "no reason");
  assert.equal(hasEnded(after), true);
});

test("a member that is silent for too long has failed, and what it says later is ignored", () => {
  const clock = new ManualClock();
  const begun = advance(begin(plan, clock.now()), [], clock.now());
  clock.advance({ seconds: 600 });

  const after = advance(begun, [], clock.now());
  const later = advance(after, [{ kind: "upgraded", id: "a" }], clock.now());

  assert.deepEqual(stages(after), ["failed", "failed", "waiting"]);
  assert.equal(after.members[0]?.message, "not back after 600 seconds");
  assert.equal(later.members[0], after.members[0], "the very same, as if nothing had been said");
});

test("a rollout of nobody is done at once", () => {
  const now = new ManualClock().now();
  const empty = begin({ ...plan, waves: [[]] }, now);

  assert.equal(advance(empty, [], now).state, "done");
});

test("news of many at once is taken as a whole: a failure among it keeps others from starting", () => {
  const now = new ManualClock().now();
  const begun = advance(begin(plan, now), [], now);
  const failed = { kind: "failed", id: "b", message: "no reason" } as const;

  const after = advance(
    begun,
    [{ kind: "upgraded", id: "a" }, failed, { kind: "gone", id: "b" }],
    now,
  );

  assert.equal(after.state, "halted");
  assert.deepEqual(stages(after), ["upgraded", "failed", "waiting"]);
});

test("news of every member costs as much for each, however many there are", () => {
  const perMember = (count: number) => {
    const now = new ManualClock().now();
    const ids = Array.from({ length: count }, (_, index) => `${index}`);
    const begun = advance(begin({ ...plan, waves: [ids], inFlightMax: count }, now), [], now);
    const news = ids.map((id): Observation => ({ kind: "upgraded", id }));
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now();
      assert.equal(advance(begun, news, now).state, "done");
      return performance.now() - start;
    });
    return Math.min(...times) / count;
  };

  perMember(500); // warm
  const [few, many] = [perMember(500), perMember(16_000)];
  assert.ok(many < few * 8, `${many} ms for each of many, ${few} ms for each of few`);
});

function stages({ members }: Rollout): string[] {
  return members.map(({ stage }) => stage);
}

/** Runs a rollout of random shape and luck, and checks each step of it. */
function runToEnd(seed: number): Rollout {
  const random = seededRandom(seed);
  const clock = new ManualClock();
  const failureRate = random() * 0.3;
  let rollout = begin(randomPlan(random), clock.now());
  for (let step = 0; step < stepsMax && !hasEnded(rollout); step++) {
    clock.advance({ seconds: Math.ceil(random() * 60) });
    const observations = Array.from({ length: Math.floor(random() * 4) }, () =>
      randomObservation(rollout, random, failureRate),
    );
    const after = advance(rollout, observations, clock.now());
    assertStep(rollout, after, `seed ${seed}, step ${step}`);
    rollout = after;
  }
  return rollout;
}

function randomPlan(random: () => number): Plan {
  const upTo = (max: number) => 1 + Math.floor(random() * max);
  const waves = Array.from({ length: upTo(4) }, (_, wave) =>
    Array.from({ length: upTo(12) - 1 }, (_each, index) => `app/${wave}.${index}`),
  );
  return {
    waves,
    inFlightMax: upTo(5),
    failuresMax: upTo(4) - 1,
    patienceSeconds: random() < 0.2 ? null : upTo(1800),
  };
}

/** Mostly news of someone in flight; now and then an abort, or news that makes no sense. */
function randomObservation(
  { members }: Rollout,
  random: () => number,
  failureRate: number,
): Observation {
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  if (random() < 0.005) return { kind: "abort" };
  const isStray = random() < 0.1;
  const inFlight = members.filter(({ stage }) => stage === "upgrading");
  const member = pick(isStray ? members : inFlight);
  if (member === undefined) return { kind: "upgraded", id: "nobody" };
  if (isStray) return { kind: pick(["upgraded", "gone"] as const) ?? "upgraded", id: member.id };
  if (random() < failureRate) return { kind: "failed", id: member.id, message: "bad luck" };
  return { kind: "upgraded", id: member.id };
}

function assertStep(before: Rollout, after: Rollout, where: string): void {
  const { plan: same, members } = after;
  const inFlight = members.filter(({ stage }) => stage === "upgrading");
  assert.ok(inFlight.length <= same.inFlightMax, `${where}: too many are in flight`);

  const started = members.filter(
    ({ stage }, index) => stage === "upgrading" && before.members[index]?.stage === "waiting",
  );
  if (after.state !== "rolling") assert.deepEqual(started, [], `${where}: started after the end`);
  for (const { wave } of started) {
    const earlier = members.filter((member) => member.wave < wave);
    const isAtRest = earlier.every(({ stage }) => stage !== "waiting" && stage !== "upgrading");
    assert.ok(isAtRest, `${where}: wave ${wave} started too soon`);
  }

  const failed = members.filter(({ stage }) => stage === "failed").length;
  if (after.state === "rolling") assert.ok(failed <= same.failuresMax, `${where}: over budget`);
}

function assertEnded({ state, plan: same, members }: Rollout, where: string): void {
  const count = (wanted: string) => members.filter(({ stage }) => stage === wanted).length;
  assert.equal(count("upgrading"), 0, `${where}: somebody is still on the way`);
  if (state === "done") {
    assert.ok(count("failed") <= same.failuresMax, `${where}: done over budget`);
    assert.equal(count("waiting"), 0, `${where}: somebody never had a turn`);
  }
  if (state === "halted") {
    assert.ok(count("failed") > same.failuresMax, `${where}: halted within budget`);
  }
}
