/** What is said of constraints that the cloud does not heed. */
import type { Context } from "./command.ts";

export function warnUnsupported({ out }: Context, names: readonly string[] | undefined): void {
  if (names === undefined || names.length === 0) return;
  out.note(`WARNING unsupported constraints: ${names.join(",")} (kept, and not heeded)`);
}
