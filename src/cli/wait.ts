/** Waits for something on the controller, and says how far it is. */
import type { Context } from "./command.ts";

const pause = Temporal.Duration.from({ milliseconds: 500 });

/**
 * Asks again and again until `ask` has nothing left to say; what it says is shown as progress. Who
 * interrupts stops the waiting, and nothing else.
 */
export async function waitWhile(
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
