/** Asks before something is done that cannot be undone. */
import { createInterface } from "node:readline/promises";
import { Problem } from "#base/problem.ts";
import { type Context, flag } from "./command.ts";

/** For commands that ask. */
export const promptOptions = {
  "no-prompt": flag("Do not ask for confirmation"),
  yes: flag("The same as --no-prompt", "y"),
};

/**
 * Goes on if somebody says yes. Where nobody can be asked, the command says what it does and goes
 * on, as it was asked to. Throws when the answer is no.
 */
export async function confirm({ out, signal }: Context, warning: string): Promise<void> {
  out.settle();
  if (!(process.stdin.isTTY && process.stderr.isTTY)) return out.note(warning);
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await questions.question(`${warning}\n\nContinue [y/N]? `, { signal });
    if (/^y(?:es)?$/i.test(answer.trim())) return;
  } finally {
    questions.close();
  }
  throw new Problem("stopped", "aborted: nothing was changed");
}
