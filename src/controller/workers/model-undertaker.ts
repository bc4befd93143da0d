/** Forgets a model that is dying once nothing is left in it. */
import { isEmptied } from "#domain/removal/removal.ts";
import { removeModel } from "#domain/removal/remove-model.ts";
import { controllerScope } from "#domain/scope.ts";
import { worker } from "../worker.ts";

export default worker({
  name: "model-undertaker",
  watches: ["model", "machine", "application", "storage_instance"],

  async pass({ services: { store, clock }, model }, signal) {
    if (!(await store.write(model, isEmptied))) return "when something changes";
    await store.write(controllerScope, (tx) => removeModel(tx, model));
    // The model's workers end with it; until then there is nothing left to do.
    await clock.sleep(Temporal.Duration.from({ minutes: 1 }), signal).catch(() => {});
    return "when something changes";
  },
});
