/**
 * Charms: the operator code of an application, in a folder or an archive, with the files that
 * say what it is.
 */
import { Problem } from "#base/problem.ts";
import { parseActions } from "./actions.ts";
import { type Base, baseOfSeries, formatBase, parseBase } from "./base.ts";
import { type ConfigOptions, parseConfig } from "./config.ts";
import { type LxdProfile, parseLxdProfile } from "./lxd-profile.ts";
import { type Manifest, parseManifest } from "./manifest.ts";
import { type Metadata, parseMetadata } from "./metadata.ts";
import { isMetered, type Metrics, parseMetrics } from "./metrics.ts";
import { notValid, shown } from "./refusal.ts";
import { parseVersion } from "./version.ts";

export interface Charm {
  readonly metadata: Metadata;
  readonly config: ConfigOptions;
  readonly manifest: Manifest | null;
  /** Null when the charm has no `revision` file. */
  readonly revision: number | null;
  /** What its developers call this state of the code; empty when they do not say. */
  readonly version: string;
  /** The map in `actions.yaml` as it is; null when there is none. */
  readonly actions: unknown;
  /** What it asks of LXD; it has no effect on machines that are no containers. */
  readonly lxdProfile?: LxdProfile;
  /** What it measures; left out where that is nothing. */
  readonly metrics?: Metrics;
}

/** Where the files of a charm can be read. */
export interface Source {
  /** The file's text, or undefined when there is no such file. */
  read(path: string): Promise<string | undefined>;
}

/** Reads and checks what a charm says of itself. Throws `not valid`. */
export async function readCharm(source: Source): Promise<Charm> {
  const metadata = await readWith(source, "metadata.yaml", parseMetadata);
  if (metadata === undefined) throw notValid("charm has no metadata.yaml");
  const lxdProfile = await readWith(source, "lxd-profile.yaml", parseLxdProfile);
  const metrics = await readWith(source, "metrics.yaml", parseMetrics);
  const toActions = (text: string) => parseActions(text, metadata.name);
  const charm: Charm = {
    metadata,
    config: (await readWith(source, "config.yaml", parseConfig)) ?? {},
    manifest: (await readWith(source, "manifest.yaml", parseManifest)) ?? null,
    revision: (await readWith(source, "revision", parseRevision)) ?? null,
    version: (await readWith(source, "version", parseVersion)) ?? "",
    actions: (await readWith(source, "actions.yaml", toActions)) ?? null,
    ...(lxdProfile === undefined ? {} : { lxdProfile }),
    ...(metrics === undefined || !isMetered(metrics) ? {} : { metrics }),
  };
  checkFormat(charm);
  return charm;
}

/** The bases that the charm says it runs on; none when it does not say. */
export function supportedBases({ manifest, metadata }: Charm): Base[] {
  const bases =
    manifest === null || manifest.bases.length === 0
      ? metadata.series.map(baseOfSeries).filter((base) => base !== undefined)
      : manifest.bases.map(({ name, channel }) => ({ name, channel }));
  return Array.from(new Map(bases.map((base) => [formatBase(base), base])).values());
}

/** Throws `not valid` with Juju's text for a base that the charm does not run on. */
export function checkBase(charm: Charm, base: string): void {
  const supported = supportedBases(charm).map(formatBase);
  if (supported.length === 0 || supported.includes(formatBase(parseBase(base)))) return;
  const bases = supported.join(", ");
  const message = `base "${base}" not supported by charm, the charm supported bases are: ${bases}`;
  throw new Problem("not valid", message);
}

async function readWith<T>(
  source: Source,
  path: string,
  parse: (text: string) => T,
): Promise<T | undefined> {
  const text = await source.read(path);
  return text === undefined ? undefined : parse(text);
}

function parseRevision(text: string): number {
  const trimmed = text.trim();
  if (/^\d{1,15}$/.test(trimmed)) return Number(trimmed);
  throw notValid(`invalid revision file: ${shown(trimmed)}`);
}

/** Only the second format has containers and `assumes`, and it needs bases. */
function checkFormat({ metadata, manifest }: Charm): void {
  const { containers, assumes } = metadata;
  const hasBases = manifest !== null && manifest.bases.length > 0;
  const isSecond = hasBases || containers.length > 0;
  if (isSecond && manifest === null) {
    throw notValid("metadata v2 without manifest.yaml not valid");
  }
  if (!isSecond && assumes !== null) {
    throw notValid("assumes in metadata v1 not valid");
  }
}
