/**
 * Version numbers of agents, as Juju writes and orders them.
 *
 * `major.minor.patch` or `major.minor-tagN`, either with `.build`; after a tag, N takes the place
 * of the patch. A binary's name adds what it runs on: `3.6.101-ubuntu-amd64`.
 */
import { Problem } from "#base/problem.ts";

export interface Version {
  readonly major: number;
  readonly minor: number;
  /** `alpha`, `beta`, `rc` and the like, or empty for a release. */
  readonly tag: string;
  readonly patch: number;
  readonly build: number;
}

const number = "[0-9]{1,9}";
const pattern = new RegExp(
  `^(${number})\\.(${number})(?:\\.|-([a-z]+))(${number})(?:\\.(${number}))?$`,
);

/** Throws `not valid` with Juju's text. */
export function parseVersion(text: string): Version {
  const match = pattern.exec(text);
  if (!match)
    throw new Problem("not valid", `invalid version "${text}": expected one like 3.6.101`);
  const [, major, minor, tag = "", patch, build = "0"] = match;
  return {
    major: Number(major),
    minor: Number(minor),
    tag,
    patch: Number(patch),
    build: Number(build),
  };
}

/** Negative, zero or positive; a version with a tag comes before the release that it leads to. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [parseVersion(a), parseVersion(b)];
  return (
    one.major - other.major ||
    one.minor - other.minor ||
    compareTags(one.tag, other.tag) ||
    one.patch - other.patch ||
    one.build - other.build
  );
}

function compareTags(one: string, other: string): number {
  if (one === other) return 0;
  if (one === "") return 1;
  if (other === "") return -1;
  return one < other ? -1 : 1;
}

/** What an agent's binaries run on. */
export interface Target {
  readonly os: string;
  readonly arch: string;
}

export interface BinaryName extends Target {
  readonly version: string;
}

export function formatBinaryName({ version, os, arch }: BinaryName): string {
  return `${version}-${os}-${arch}`;
}

/** Throws `not valid` with Juju's text. */
export function parseBinaryName(text: string): BinaryName {
  const name = readBinaryName(text);
  if (name) return name;
  throw new Problem("not valid", `invalid binary version "${text}"`);
}

/** Undefined for what is no name of a binary. */
export function readBinaryName(text: string): BinaryName | undefined {
  const match = /^(.+)-([a-z]+)-([a-z0-9]+)$/.exec(text);
  const [, version = "", os = "", arch = ""] = match ?? [];
  return pattern.test(version) ? { version, os, arch } : undefined;
}

const archByNode: Readonly<Record<string, string>> = { x64: "amd64" };

/** What this very process runs on; Juju calls every Linux `ubuntu`. */
export function thisTarget(): Target {
  return { os: "ubuntu", arch: archByNode[process.arch] ?? process.arch };
}
