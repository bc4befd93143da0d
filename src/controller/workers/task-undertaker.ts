/** Ends the tasks whose unit or machine is gone, so that nobody waits for them for ever. */
import { giveUpOrphans } from "#domain/action/undertaking.ts";
import { worker } from "../worker.ts";

export default worker({
  name: "task-undertaker",
  watches: ["unit", "machine", "task"],

  async pass({ services: { store, clock }, model }) {
    await store.write(model, (tx) => giveUpOrphans(tx, clock.now()));
    return "when something changes";
  },
});
