/** Waits until models are gone, and says how far that is. */
import { isProblem } from "#base/problem.ts";
import type { Connection } from "#client/connection.ts";
import type { Remote } from "#client/remote.ts";
import { ModelManager } from "#contract/model-manager.ts";
import { toTag } from "#contract/tags.ts";
import type { Context } from "./command.ts";

const pause = Temporal.Duration.from({ milliseconds: 500 });

/** Says what is left of the models until nothing is. */
export async function waitUntilGone(
  context: Context,
  connection: Connection,
  uuids: readonly string[],
): Promise<void> {
  const facade = connection.facade(ModelManager, context.signal);
  await waitWhile(context, async () => {
    const left = await Promise.all(uuids.map((uuid) => statusOf(facade, uuid)));
    const present = left.filter((each) => each !== undefined);
    if (present.length === 0) return undefined;
    const sum = (key: keyof (typeof present)[number]) =>
      present.reduce((total, each) => total + Number(each[key]), 0);
    const [machines, applications] = [sum("hosted-machine-count"), sum("application-count")];
    return `Waiting for ${machines} machine(s) and ${applications} application(s) to go ...`;
  });
}

async function statusOf(facade: Remote<typeof ModelManager.methods>, uuid: string) {
  try {
    return await facade.ModelStatus({ tag: toTag("model", uuid) });
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
