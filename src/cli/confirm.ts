/** Asks before something is done that cannot be undone. */
import { createInterface } from "node:readline/promises";
import { Problem } from "#base/problem.ts";
import { type Context, flag } from "./command.ts";

/** For commands that ask. */
export const promptOptions = {
  "no-prompt": flag("Do not ask for confirmation"),
  yes: flag("The same as --no-prompt", "y"),
};

/** Who pipes an answer in has it ready. */
const answerWithin = Temporal.Duration.from({ seconds: 1 });

/**
 * Goes on if somebody says yes. Where nobody can be asked and nobody has piped an answer in, the
 * command says what it does and goes on, as it was asked to. Throws when the answer is no.
 */
export async function confirm(context: Context, warning: string): Promise<void> {
  context.out.settle();
  const answer = await (process.stdin.isTTY ? ask(context, warning) : readPiped(context, warning));
  if (answer === undefined || /^y(?:es)?$/i.test(answer.trim())) return;
  throw new Problem("stopped", "aborted: nothing was changed");
}

async function ask({ signal }: Context, warning: string): Promise<string> {
  const output = process.stderr.isTTY ? process.stderr : process.stdout;
  using questions = createInterface({ input: process.stdin, output });
  return await questions.question(`${warning}\n\nContinue [y/N]? `, { signal });
}

/** The first line of what was piped in; undefined if nothing was. */
async function readPiped(
  { out, clock, signal }: Context,
  warning: string,
): Promise<string | undefined> {
  out.note(warning);
  using lines = createInterface({ input: process.stdin });
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  lines.once("line", resolve).once("close", () => resolve(undefined));
  const late = clock.sleep(answerWithin, signal).then(() => undefined);
  return await Promise.race([promise, late]);
}
