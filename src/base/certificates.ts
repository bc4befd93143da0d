/** Certificates: an authority of one's own, and the servers that it vouches for. All in PEM. */
import "reflect-metadata";
import { createPrivateKey, KeyObject, webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const yearsValid = 10;

export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** An authority that can vouch for servers, and for nobody who vouches for others. */
export async function makeAuthority(name: string, now: Temporal.Instant): Promise<KeyPair> {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...toValidity(now),
    serialNumber: randomSerial(),
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return toPair(certificate, keys.privateKey);
}

export interface ServerNames {
  readonly hosts: readonly string[];
  readonly addresses: readonly string[];
}

/** A certificate for a server that is known by any of the names and addresses. */
export async function makeServerCertificate(
  authority: KeyPair,
  { hosts, addresses }: ServerNames,
  now: Temporal.Instant,
): Promise<KeyPair> {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.create({
    ...toValidity(now),
    serialNumber: randomSerial(),
    subject: `CN=${hosts[0]}`,
    issuer: new X509Certificate(authority.certificate).subject,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        ...hosts.map((value) => ({ type: "dns" as const, value })),
        ...addresses.map((value) => ({ type: "ip" as const, value })),
      ]),
    ],
  });
  return toPair(certificate, keys.privateKey);
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const bytes = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  return webcrypto.subtle.importKey("pkcs8", bytes, algorithm, false, ["sign"]);
}

function toPair(certificate: X509Certificate, key: webcrypto.CryptoKey): KeyPair {
  const pem = KeyObject.from(key).export({ type: "pkcs8", format: "pem" });
  return { certificate: `${certificate.toString("pem")}\n`, key: pem.toString() };
}

/** Starts a little in the past, for hosts whose clocks differ. */
function toValidity(now: Temporal.Instant): { notBefore: Date; notAfter: Date } {
  const start = now.subtract({ hours: 24 });
  const end = now.add({ hours: yearsValid * 365 * 24 });
  return { notBefore: toDate(start), notAfter: toDate(end) };
}

/** The library takes dates; no clock is read here. */
function toDate({ epochMilliseconds }: Temporal.Instant): Date {
  return new Date(epochMilliseconds);
}

function randomSerial(): string {
  return Buffer.from(webcrypto.getRandomValues(new Uint8Array(16))).toString("hex");
}
