/** Waits until models are gone, and says how far that is and what is in the way. */
import { isProblem } from "#base/problem.ts";
import type { Connection } from "#client/connection.ts";
import type { Remote } from "#client/remote.ts";
import { ModelManager } from "#contract/model-manager.ts";
import { toTag } from "#contract/tags.ts";
import type { Context, NamedModel } from "./command.ts";

const pause = Temporal.Duration.from({ milliseconds: 500 });

/**
 * Says what is left of the models until nothing is. A unit whose hook has failed may keep its model
 * for ever, so each is named, with what frees it.
 */
export async function waitUntilGone(
  context: Context,
  connection: Connection,
  models: readonly NamedModel[],
): Promise<void> {
  const facade = connection.facade(ModelManager, context.signal);
  const said = new Set<string>();
  await waitWhile(context, async () => {
    const left = await Promise.all(models.map((model) => statusOf(facade, model)));
    const present = left.filter((each) => each !== undefined);
    for (const advice of present.flatMap(adviseOn)) {
      if (!said.has(advice)) context.out.note(advice);
      said.add(advice);
    }
    if (present.length === 0) return undefined;
    const sum = (key: "hosted-machine-count" | "application-count") =>
      present.reduce((total, each) => total + each[key], 0);
    const [machines, applications] = [sum("hosted-machine-count"), sum("application-count")];
    return `Waiting for ${machines} machine(s) and ${applications} application(s) to go ...`;
  });
}

interface FailedIn {
  readonly model: NamedModel;
  readonly "failed-units": Readonly<Record<string, string>>;
}

function adviseOn({ model, "failed-units": failed }: FailedIn): string[] {
  const option = `-m ${model.controller}:${model.name}`;
  return Object.entries(failed).map(([unit, message]) => {
    const ways = `"jumar resolved ${unit} ${option}" tries again, "jumar remove-unit ${unit} --force ${option}" gives it up`;
    return `Unit ${unit} is in error and cannot go: ${message}; ${ways}`;
  });
}

async function statusOf(facade: Remote<typeof ModelManager.methods>, model: NamedModel) {
  try {
    return { model, ...(await facade.ModelStatus({ tag: toTag("model", model.uuid) })) };
  } catch (error) {
    if (isProblem(error, "not found") || isProblem(error, "model not found")) return undefined;
    throw error;
  }
}

/**
 * Asks again and again until `ask` has nothing left to say; what it says is shown as progress. Who
 * interrupts stops the waiting, and nothing else.
 */
async function waitWhile(
  { out, clock, signal }: Context,
  ask: () => Promise<string | undefined>,
): Promise<void> {
  for (;;) {
    const left = await ask();
    if (left === undefined) break;
    out.progress(left);
    await clock.sleep(pause, signal);
  }
  out.settle();
}
