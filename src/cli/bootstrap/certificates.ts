/**
 * Certificates: a controller has an authority of its own, which signs for that controller alone.
 *
 * Juju's clients expect the fixed name `juju-apiserver` in the server's certificate, since they
 * know controllers by addresses that may change.
 */
import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const fixedNames = ["juju-apiserver", "juju-mongodb", "localhost"];
const yearsValid = 10;

/** Everything in PEM. */
export interface Certificates {
  readonly caCertificate: string;
  readonly caKey: string;
  readonly certificate: string;
  readonly key: string;
}

/** An authority for the controller, and a certificate for the server at `addresses`. */
export async function makeCertificates(
  controllerUuid: string,
  addresses: readonly string[],
  now: Temporal.Instant,
): Promise<Certificates> {
  const validity = toValidity(now);
  const caKeys = await makeKeys();
  const ca = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: randomSerial(),
    name: `CN=Jumar CA ${controllerUuid}`,
    keys: caKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.create({
    ...validity,
    serialNumber: randomSerial(),
    subject: "CN=juju-apiserver",
    issuer: ca.subject,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        ...fixedNames.map((value) => ({ type: "dns" as const, value })),
        ...addresses.map((value) => ({ type: "ip" as const, value })),
      ]),
    ],
  });
  return {
    caCertificate: `${ca.toString("pem")}\n`,
    caKey: toPem(caKeys.privateKey),
    certificate: `${certificate.toString("pem")}\n`,
    key: toPem(keys.privateKey),
  };
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

function toPem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: "pkcs8", format: "pem" }).toString();
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
