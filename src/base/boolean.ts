/** The texts that stand for true and false, as Go's ParseBool takes them. */
const booleanByText: ReadonlyMap<string, boolean> = new Map([
  ...["1", "t", "T", "true", "TRUE", "True"].map((text) => [text, true] as const),
  ...["0", "f", "F", "false", "FALSE", "False"].map((text) => [text, false] as const),
]);

/** Undefined for any other text. */
export function parseBoolean(text: string): boolean | undefined {
  return booleanByText.get(text);
}
