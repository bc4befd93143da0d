/**
 * Charm URLs: `ch:amd64/jammy/mysql-7`, `local:jammy/mysql-0`, and those of the old charm store,
 * `cs:~user/jammy/mysql-7`, which still stand in bundles and in people's notes.
 */
import { notValid, shown } from "./refusal.ts";

const schemas = ["ch", "local", "cs"] as const;
type Schema = (typeof schemas)[number];

export interface CharmUrl {
  readonly schema: Schema;
  readonly user?: string;
  readonly architecture?: string;
  readonly series?: string;
  readonly name: string;
  readonly revision?: number;
}

const architectures = ["amd64", "arm64", "armhf", "i386", "ppc64el", "riscv64", "s390x"];
const seriesPattern = /^[a-z]+[a-z0-9]*$/;
const charmNamePattern = /^[a-z][a-z0-9]*(?:-\d*[a-z][a-z0-9]*)*$/;
const userPattern = /^[a-zA-Z0-9][a-zA-Z0-9.+-]*$/;

export function isCharmName(text: string): boolean {
  return charmNamePattern.test(text);
}

export function isSeriesName(text: string): boolean {
  return seriesPattern.test(text);
}

/** Reads a charm URL; one without a schema is of Charmhub. Throws `not valid` with Juju's texts. */
export function parseCharmUrl(text: string): CharmUrl {
  const colon = text.indexOf(":");
  const schema = toSchema(colon === -1 ? "ch" : text.slice(0, colon), text);
  const parts = text.slice(colon + 1).split("/");
  const user = takeUser(parts, schema, text);
  const { name, revision } = parseName(parts.pop() ?? "", text);
  const architecture = schema === "ch" ? takeArchitecture(parts, text) : undefined;
  const series = parts.shift();
  if (parts.length > 0) throw notValid(`charm or bundle URL has invalid form: ${shown(text)}`);
  if (series !== undefined && !isSeriesName(series)) {
    throw notValid(`in URL ${shown(text)}: series name ${shown(series)} not valid`);
  }
  return {
    schema,
    ...(user !== undefined && { user }),
    ...(architecture !== undefined && { architecture }),
    ...(series !== undefined && { series }),
    name,
    ...(revision !== undefined && { revision }),
  };
}

/** The text form, always with its schema. */
export function formatCharmUrl(url: CharmUrl): string {
  const owner = url.user === undefined ? undefined : `~${url.user}`;
  const leaf = url.revision === undefined ? url.name : `${url.name}-${url.revision}`;
  const parts = [owner, url.architecture, url.series, leaf].filter((part) => part !== undefined);
  return `${url.schema}:${parts.join("/")}`;
}

function toSchema(schema: string, text: string): Schema {
  const known = schemas.find((candidate) => candidate === schema);
  if (known !== undefined) return known;
  throw notValid(`cannot parse URL ${shown(text)}: schema ${shown(schema)} not valid`);
}

function takeUser(parts: string[], schema: Schema, text: string): string | undefined {
  if (!parts[0]?.startsWith("~")) return undefined;
  if (schema === "local") {
    throw notValid(`local charm or bundle URL with user name: ${shown(text)}`);
  }
  if (schema === "ch") {
    throw notValid(`charmhub charm or bundle URL with user name: ${shown(text)} not valid`);
  }
  const user = parts.shift()?.slice(1) ?? "";
  if (userPattern.test(user)) return user;
  throw notValid(`in URL ${shown(text)}: user name ${shown(user)} not valid`);
}

function parseName(leaf: string, text: string): Pick<CharmUrl, "name" | "revision"> {
  if (leaf === "") throw notValid(`URL without charm or bundle name: ${shown(text)}`);
  const [, stem, digits] = /^(.*)-(\d{1,15})$/.exec(leaf) ?? [];
  const name = stem ?? leaf;
  if (isCharmName(name))
    return digits === undefined ? { name } : { name, revision: Number(digits) };
  const subject = `cannot parse name and/or revision in URL ${shown(text)}`;
  throw notValid(`${subject}: name ${shown(name)} not valid`);
}

/** Of `ch:X/Y/name`, X must be an architecture; of `ch:X/name`, X may be a series as well. */
function takeArchitecture(parts: string[], text: string): string | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  if (architectures.includes(first)) return parts.shift();
  if (parts.length === 1) return undefined;
  throw notValid(`in URL ${shown(text)}: architecture name ${shown(first)} not valid`);
}
