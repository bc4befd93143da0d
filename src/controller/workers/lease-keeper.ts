/**
 * Ends the leases that have run out, so that other units may lead.
 *
 * While the controller was away nobody could renew; so it begins by giving every lease some time.
 */
import * as leadership from "#domain/leadership/leadership.ts";
import { type Needs, type Worker, worker } from "../worker.ts";

const graceSeconds = 60;
const soonest = Temporal.Duration.from({ seconds: 1 });

const keeper = worker({
  name: "lease-keeper",
  watches: ["leadership", "machine"],

  async pass({ services: { store, clock }, model }) {
    const now = clock.now();
    const next = await store.write(model, (tx) => leadership.expire(tx, now));
    return next === undefined ? "when something changes" : atLeast(now.until(next));
  },
});

const leaseKeeper: Worker = {
  name: keeper.name,
  async run(needs: Needs, signal: AbortSignal) {
    const { store, clock } = needs.services;
    const grace = { seconds: graceSeconds, now: clock.now() };
    await store.write(needs.model, (tx) => leadership.extendAll(tx, grace));
    await keeper.run(needs, signal);
  },
};

export default leaseKeeper;

function atLeast(duration: Temporal.Duration): Temporal.Duration {
  return Temporal.Duration.compare(duration, soonest) < 0 ? soonest : duration;
}
