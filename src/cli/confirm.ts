/** Asks before something is done that cannot be undone. */
import { createInterface } from "node:readline/promises";
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { Connection } from "#client/connection.ts";
import { ModelConfig } from "#contract/model-config.ts";
import { type Context, flag } from "./command.ts";

/** For commands that ask. */
export const promptOptions = {
  "no-prompt": flag("Do not ask for confirmation"),
  yes: flag("The same as --no-prompt", "y"),
};

/** For commands that use force. */
export const forceOptions = {
  "no-wait": flag("With --force, give what is to go no time for its last hooks"),
};

/** For commands that end models. */
export const storageOptions = {
  "destroy-storage": flag("Destroy all storage in the model, and the data in it"),
  "release-storage": flag("Keep the data of all storage in the model, which is not known any more"),
};

/** What is to become of storage, if somebody says so. Throws a `UsageError` with Juju's text. */
export function storageFateOf({
  "destroy-storage": destroys,
  "release-storage": releases,
}: {
  readonly "destroy-storage": boolean;
  readonly "release-storage": boolean;
}): { "destroy-storage"?: boolean } {
  if (destroys && releases) {
    throw new UsageError("--destroy-storage and --release-storage cannot both be specified");
  }
  return destroys || releases ? { "destroy-storage": destroys } : {};
}

/** Throws a `UsageError` with Juju's text for haste without force. */
export function maxWaitOf({
  force,
  "no-wait": isHasty,
}: {
  readonly force: boolean;
  readonly "no-wait": boolean;
}): { "max-wait"?: number } {
  if (isHasty && !force) throw new UsageError("--no-wait without --force not valid");
  return isHasty ? { "max-wait": 0 } : {};
}

/** Asks, unless the model's `mode` says that nobody is to be asked. */
export async function confirmRemoval(
  context: Context,
  connection: Connection,
  plan: readonly string[],
): Promise<void> {
  const { config } = await connection.facade(ModelConfig).ModelGet();
  const modes = String(config.mode?.value ?? "requires-prompts").split(",");
  if (!modes.some((mode) => mode.trim() === "requires-prompts")) return;
  await confirm(context, `This command will perform the following actions:\n${plan.join("\n")}`);
}

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
  try {
    return await questions.question(`${warning}\n\nContinue [y/N]? `, { signal });
  } catch (error) {
    // Ctrl-C and Ctrl-D are answers, too; the prompt's line ends before whatever is said next.
    if (!(error instanceof Error) || error.name !== "AbortError") throw error;
    output.write("\n");
    return "";
  }
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
