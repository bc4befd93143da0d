/** Settings on the command line of `bootstrap` and its like. */
import { UsageError } from "#base/usage.ts";

export function parseKeyValues(words: readonly string[]): Readonly<Record<string, string>> {
  const pairs = words.map((word) => {
    const at = word.indexOf("=");
    if (at < 1) throw new UsageError(`expected "key=value", got "${word}"`);
    return [word.slice(0, at), word.slice(at + 1)] as const;
  });
  return Object.fromEntries(pairs);
}
