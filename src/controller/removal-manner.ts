/** How something is to go, in the words of the wire. */
import type { Manner } from "#domain/removal/removal.ts";
import type { Session } from "./session.ts";

/** For how long those who say nothing else wait before they use force, as Juju's do. */
const usualWait = Temporal.Duration.from({ minutes: 1 });
const nanosecondsOfMillisecond = 1_000_000;
const waitMaxMs = 24 * 3600 * 1000;

/** `maxWait` is in nanoseconds; 0 is not to wait at all. */
export function mannerOf(
  { services: { clock } }: Session,
  { force, maxWait }: { readonly force: boolean; readonly maxWait: number | undefined },
): Manner {
  if (!force) return { isForced: false };
  const ms = maxWait === undefined ? usualWait.total("milliseconds") : toMilliseconds(maxWait);
  return ms <= 0
    ? { isForced: true }
    : { isForced: true, due: clock.now().add({ milliseconds: ms }) };
}

function toMilliseconds(nanoseconds: number): number {
  return Math.min(Math.floor(nanoseconds / nanosecondsOfMillisecond), waitMaxMs);
}
