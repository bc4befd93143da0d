/** Keeps what a model says of who is connected true, also after it could not be written. */
import { worker } from "../worker.ts";

const interval = Temporal.Duration.from({ seconds: 30 });

export default worker({
  name: "presence-keeper",
  watches: [],

  async pass({ services: { presence }, model }) {
    await presence.settle(model);
    return interval;
  },
});
