/** Removes what was to go by force and has not gone by itself in the time that it was given. */
import * as deadline from "#domain/removal/deadline.ts";
import { enforceDeadlines } from "#domain/removal/enforce.ts";
import { worker } from "../worker.ts";

export default worker({
  name: "removal-enforcer",
  watches: ["removal_deadline"],

  async pass({ services: { store, clock }, model, log }) {
    const dueAt = async () => {
      const deadlines = await store.read(model, deadline.list);
      return deadlines.map(({ due }) => due).toSorted(Temporal.Instant.compare)[0];
    };
    const next = await dueAt();
    if (next === undefined) return "when something changes";
    const rest = clock.now().until(next);
    if (rest.sign > 0) return rest;
    const removed = await store.write(model, (tx) => enforceDeadlines(tx, clock.now()));
    for (const each of removed)
      log.write("WARNING", `${each} has not gone in time: removed by force`);
    const later = await dueAt();
    return later === undefined ? "when something changes" : clock.now().until(later);
  },
});
