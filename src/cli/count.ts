/** Numbers on a command line. */
import { UsageError } from "#base/usage.ts";

/** Throws a `UsageError` for what is no number, or too small a one. */
export function parseCount(text: string, { min }: { readonly min: number }): number {
  const count = Number(text);
  if (/^\d{1,9}$/.test(text) && count >= min) return count;
  throw new UsageError(`expected a number of at least ${min}, got "${text}"`);
}
