/**
 * Bases: an operating system and the channel that its version comes from, such as `ubuntu@22.04`.
 *
 * Juju used to say series, which is the code name of a release. Old charms and old commands still
 * do, so the names are understood, and nothing else about them is kept.
 */
import { notValid, shown } from "./refusal.ts";

export interface Base {
  readonly name: string;
  /** Track and risk, such as `22.04/stable`. */
  readonly channel: string;
}

const names = ["ubuntu", "centos", "windows", "osx", "opensuse", "genericlinux"];
const stable = "/stable";
const channelPattern = /^[^/@\s]+(?:\/(?:stable|candidate|beta|edge)(?:\/[^/@\s]+)?)?$/;

const ubuntuVersions: Readonly<Record<string, string>> = {
  lucid: "10.04",
  maverick: "10.10",
  natty: "11.04",
  oneiric: "11.10",
  precise: "12.04",
  quantal: "12.10",
  raring: "13.04",
  saucy: "13.10",
  trusty: "14.04",
  utopic: "14.10",
  vivid: "15.04",
  wily: "15.10",
  xenial: "16.04",
  yakkety: "16.10",
  zesty: "17.04",
  artful: "17.10",
  bionic: "18.04",
  cosmic: "18.10",
  disco: "19.04",
  eoan: "19.10",
  focal: "20.04",
  groovy: "20.10",
  hirsute: "21.04",
  impish: "21.10",
  jammy: "22.04",
  kinetic: "22.10",
  lunar: "23.04",
  mantic: "23.10",
  noble: "24.04",
  oracular: "24.10",
  plucky: "25.04",
  questing: "25.10",
  resolute: "26.04",
};
const otherSeries: Readonly<Record<string, string>> = {
  centos7: "centos@7",
  centos8: "centos@8",
  centos9: "centos@9",
  opensuseleap: "opensuse@42",
  genericlinux: "genericlinux@genericlinux",
};

const baseBySeries: ReadonlyMap<string, Base> = new Map(
  [
    ...Object.entries(ubuntuVersions).map(([series, version]) => [series, `ubuntu@${version}`]),
    ...Object.entries(otherSeries),
  ].map(([series = "", text = ""]) => [series, parseBase(text)]),
);

/** The old names of releases. */
export function seriesNames(): string[] {
  return Array.from(baseBySeries.keys());
}

/** Reads `ubuntu@22.04` or `ubuntu@22.04/edge`. Throws `not valid`. */
export function parseBase(text: string): Base {
  const [name = "", channel = "", ...rest] = text.split("@");
  if (rest.length > 0 || !channelPattern.test(channel)) {
    throw notValid(`base ${shown(text)} not valid: expected a form like ubuntu@22.04`);
  }
  if (!names.includes(name)) {
    throw notValid(`base ${shown(text)} not valid: the os is none of ${names.join(", ")}`);
  }
  return { name, channel: channel.includes("/") ? channel : `${channel}${stable}` };
}

/** The text form, in which `/stable` goes without saying. */
export function formatBase({ name, channel }: Base): string {
  return `${name}@${channel.endsWith(stable) ? channel.slice(0, -stable.length) : channel}`;
}

/** The base that a series such as `jammy` is the old name of, if it is one. */
export function baseOfSeries(series: string): Base | undefined {
  return baseBySeries.get(series);
}

/**
 * Reads a base as people name one: `ubuntu@24.04`, its old name `noble`, or `24.04` for that of the
 * system `os`. Throws `not valid`.
 */
export function parseNamedBase(text: string, os: string): Base {
  if (text === "") throw notValid("base missing: expected a form like ubuntu@24.04");
  return text.includes("@") ? parseBase(text) : (baseOfSeries(text) ?? parseBase(`${os}@${text}`));
}
