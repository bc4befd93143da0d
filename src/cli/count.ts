/** Numbers on a command line. */
import { UsageError } from "#base/usage.ts";

/** Throws a `UsageError` for what is no whole number, or too small a one. */
export function parseCount(
  text: string,
  { what, min }: { readonly what: string; readonly min: number },
): number {
  const count = Number(text);
  if (/^\d{1,9}$/.test(text) && count >= min) return count;
  const expected = `a whole number of at least ${min}, in digits`;
  throw new UsageError(`invalid value "${text}" for ${what}: expected ${expected}`);
}
