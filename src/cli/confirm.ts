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

/** What takes more than a yes: the name of what is to go, in any of the ways that it is written. */
export interface Named {
  /** As in `model to be destroyed`. */
  readonly what: string;
  readonly names: readonly string[];
}

/**
 * Goes on if somebody says yes, or writes the name where one is asked for, on a terminal or in what is
 * piped in. Throws for any other answer, and for none: nothing is removed that nobody has agreed to.
 */
export async function confirm(context: Context, warning: string, named?: Named): Promise<void> {
  context.out.settle();
  const question = named
    ? `To continue, enter the name of the ${named.what}: `
    : "Continue [y/N]? ";
  const prompt = `${warning}\n\n${question}`;
  const answer = await (process.stdin.isTTY ? ask(context, prompt) : readPiped(context, prompt));
  if (answer === undefined) {
    const hint = "nobody has answered; --no-prompt goes on without asking";
    throw new Problem("stopped", `aborted: nothing was changed, as ${hint}`);
  }
  const isAgreed = named ? named.names.includes(answer.trim()) : /^y(?:es)?$/i.test(answer.trim());
  if (!isAgreed) throw new Problem("stopped", "aborted: nothing was changed");
}

async function ask({ signal }: Context, prompt: string): Promise<string> {
  const output = process.stderr.isTTY ? process.stderr : process.stdout;
  using questions = createInterface({ input: process.stdin, output });
  try {
    return await questions.question(prompt, { signal });
  } catch (error) {
    // Ctrl-C and Ctrl-D are answers, too; the prompt's line ends before whatever is said next.
    if (!(error instanceof Error) || error.name !== "AbortError") throw error;
    output.write("\n");
    return "";
  }
}

/** The first line of what was piped in; undefined if there is none. */
async function readPiped({ out, signal }: Context, prompt: string): Promise<string | undefined> {
  out.note(prompt.trimEnd());
  using lines = createInterface({ input: process.stdin });
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  lines.once("line", resolve).once("close", () => resolve(undefined));
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  return await promise;
}
