/**
 * Moves the rollouts of a model on.
 *
 * It looks at what the agents have reported, and at the clock for those that report nothing.
 */
import { advanceAll } from "#domain/rollout/watch.ts";
import { worker } from "../worker.ts";

const tick = Temporal.Duration.from({ seconds: 15 });

export default worker({
  name: "rollout-driver",
  watches: ["machine", "unit", "rollout"],

  async pass({ services: { store, clock }, model }) {
    const isUnderWay = await store.write(model, (tx) => advanceAll(tx, clock.now()));
    return isUnderWay ? tick : "when something changes";
  },
});
