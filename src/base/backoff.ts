/** How long to wait before trying again: longer each time, up to a bound, and never all at once. */

export interface Backoff {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** What share of the delay chance decides: 0 for none of it, 1 for all. */
  readonly jitter: number;
}

/**
 * The delay before try number `attempt`, where the first repetition is 1. `random` gives numbers
 * in [0, 1).
 */
export function backoffDelay(
  { firstMs, factor, maxMs, jitter }: Backoff,
  attempt: number,
  random: () => number,
): Temporal.Duration {
  const full = Math.min(firstMs * factor ** (attempt - 1), maxMs);
  const milliseconds = Math.round(full * (1 - jitter * random()));
  return Temporal.Duration.from({ milliseconds });
}
