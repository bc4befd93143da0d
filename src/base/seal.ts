/**
 * Sealing: texts that only who has the key can read, and that fit in one place only.
 *
 * AES-256-GCM with a fresh nonce for each seal. What a text is about is bound to it as additional
 * data, so that one that is copied to another place does not open there. A seal names its own format
 * and its key, so that both can be replaced while older ones still open:
 *
 *     1.KEY.NONCE.TAG.CIPHERTEXT
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import { Problem } from "./problem.ts";

const format = "1";
const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;
const sealKeyBytes = 32;
const keyNameLength = 8;

export interface SealKey {
  /** Comes from the key, and says nothing about it. */
  readonly name: string;
  readonly bytes: Buffer;
}

export function isSealKey(bytes: Buffer): boolean {
  return bytes.length === sealKeyBytes;
}

export function toSealKey(bytes: Buffer): SealKey {
  const digest = createHash("sha256").update("the name of ").update(bytes).digest("hex");
  return { name: digest.slice(0, keyNameLength), bytes };
}

export function newSealKey(): SealKey {
  return toSealKey(randomBytes(sealKeyBytes));
}

export function seal({ name, bytes }: SealKey, text: string, about: readonly string[]): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, bytes, nonce, { authTagLength: tagBytes });
  cipher.setAAD(toAdditional(about));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const parts = [nonce, cipher.getAuthTag(), sealed].map((part) => part.toString("base64url"));
  return [format, name, ...parts].join(".");
}

/** The name of the key that the text was sealed with. Throws `not supported` for another format. */
export function keyNameOf(sealed: string): string {
  const [version, name] = sealed.split(".");
  if (version === format && name !== undefined) return name;
  throw new Problem("not supported", "it was sealed in a format that this version does not know");
}

/** Throws `not valid` for a text that was changed, or sealed with another key or for another place. */
export function unseal({ bytes }: SealKey, sealed: string, about: readonly string[]): string {
  const [nonce, tag, text] = sealed
    .split(".")
    .slice(2)
    .map((part) => Buffer.from(part, "base64url"));
  try {
    const decipher = createDecipheriv(algorithm, bytes, nonce ?? Buffer.alloc(0), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(toAdditional(about)).setAuthTag(tag ?? Buffer.alloc(0));
    return decipher.update(text ?? Buffer.alloc(0), undefined, "utf8") + decipher.final("utf8");
  } catch (error) {
    throw new Problem("not valid", "it has been changed since it was sealed", { cause: error });
  }
}

/** The same for the same text in the same place; without the key nobody can try texts against it. */
export function fingerprint({ bytes }: SealKey, text: string, about: readonly string[]): string {
  const key = createHash("sha256").update("fingerprints of ").update(bytes).digest();
  return createHmac("sha256", key).update(toAdditional(about)).update(text).digest("hex");
}

/** A list, and not a text, so that no two places look the same. */
function toAdditional(about: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(about));
}
