/** Times that have passed, as people say them. */

const steps = [
  { unit: "minute", seconds: 60, until: 3600 },
  { unit: "hour", seconds: 3600, until: 24 * 3600 },
] as const;

/** `just now`, `5 minutes ago`, the date if that is longer than a day ago; or that it never was. */
export function formatAgo(time: string | null, now: Temporal.Instant): string {
  if (time === null) return "never connected";
  const then = Temporal.Instant.from(time);
  const passed = then.until(now).total("seconds");
  if (passed < 60) return "just now";
  const step = steps.find(({ until }) => passed < until);
  if (step === undefined) return then.toString().slice(0, "2026-01-01".length);
  const count = Math.floor(passed / step.seconds);
  return `${count} ${step.unit}${count === 1 ? "" : "s"} ago`;
}
