/** Secrets, as charms and people name and describe them. */
import { randomBytes } from "node:crypto";
import { Problem } from "#base/problem.ts";

const idPattern = /^[0-9a-z]{20}$/;
const uriPattern = /^(?:secret:(?:\/\/[0-9a-f-]{36}\/)?)?([0-9a-z]{20})$/;

/** As in `secret:cq7f3sel9q2c73d1v2b0`, which charms may write without its scheme. */
export function findSecretId(text: string): string | undefined {
  return uriPattern.exec(text)?.[1];
}

/** Throws `not valid`. */
export function parseSecretId(text: string): string {
  const id = findSecretId(text);
  if (id === undefined) throw new Problem("not valid", `secret URI "${text}" not valid`);
  return id;
}

export function formatSecretUri(id: string): string {
  return `secret:${id}`;
}

export function isSecretId(text: string): boolean {
  return idPattern.test(text);
}

const idDigits = "0123456789abcdefghijklmnopqrstuv";
const idLength = 20;
const bitsPerDigit = 5;
const idBytes = 12;

/** Twelve bytes in digits to the base of 32, as Juju has them. */
export function newSecretId(): string {
  const bytes = randomBytes(idBytes);
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const padded = bits.padEnd(idLength * bitsPerDigit, "0");
  const digits = Array.from({ length: idLength }, (_, at) =>
    padded.slice(at * bitsPerDigit, (at + 1) * bitsPerDigit),
  );
  return digits.map((digit) => idDigits[Number.parseInt(digit, 2)]).join("");
}

export const rotations = [
  "never",
  "hourly",
  "daily",
  "weekly",
  "monthly",
  "quarterly",
  "yearly",
] as const;
export type Rotation = (typeof rotations)[number];

const intervals: Readonly<Record<Exclude<Rotation, "never">, Temporal.DurationLike>> = {
  hourly: { hours: 1 },
  daily: { hours: 24 },
  weekly: { hours: 7 * 24 },
  monthly: { months: 1 },
  quarterly: { months: 3 },
  yearly: { years: 1 },
};

export function isRotation(text: string): text is Rotation {
  return rotations.some((each) => each === text);
}

/** When a secret is to be rotated that was rotated, or made, at `last`; null for never. */
export function nextRotation(rotation: Rotation, last: Temporal.Instant): Temporal.Instant | null {
  if (rotation === "never") return null;
  return last.toZonedDateTimeISO("UTC").add(intervals[rotation]).toInstant();
}
