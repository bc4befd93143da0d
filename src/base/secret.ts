/** Secrets: made by chance, or from another secret and what they are for. */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const secretBytes = 24;

export function newSecret(): string {
  return randomBytes(secretBytes).toString("base64url");
}

/** Always the same for the same purpose; it says nothing about `secret`. */
export function deriveSecret(secret: string, ...purpose: readonly string[]): string {
  return createHmac("sha256", secret).update(JSON.stringify(purpose)).digest("base64url");
}

/** Compares in a time that says nothing about where the two differ. */
export function isSameSecret(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
