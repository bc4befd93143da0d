/** What a benchmark gives: a figure of Jumar's, and that of a bare minimum measured beside it. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The bare minimum, in the same unit and of the same run. */
  readonly baseline: number;
}

/** Something that takes a while to measure; says on the way how far it has come. */
export interface Measure {
  readonly title: string;
  run(): Promise<readonly Figure[]>;
}

/** Times both in turns, so that a busy moment of the machine falls on both. Milliseconds, medians. */
export async function timeInTurns(
  rounds: number,
  ours: () => unknown,
  bare: () => unknown,
): Promise<{ readonly value: number; readonly baseline: number }> {
  const times = { value: [] as number[], baseline: [] as number[] };
  await Promise.all([await ours(), await bare()]); // the first time costs more
  for (let round = 0; round < rounds; round++) {
    times.baseline.push(await time(bare));
    times.value.push(await time(ours));
  }
  return { value: median(times.value), baseline: median(times.baseline) };
}

export async function time(body: () => unknown): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error("there is nothing to take the median of");
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = low] = sorted.slice((sorted.length - 1) >> 1, middle + 1);
  return (low + high) / 2;
}
