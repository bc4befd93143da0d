/**
 * actions.yaml: what an operator can have a charm do, and with which parameters.
 *
 * The parameters of an action are described by a JSON schema of draft 4. Its own keys stand beside
 * `params`, which has the properties, as `properties` has where there is no `params`. A schema stands
 * for itself: what refers to another is refused, for nobody is to fetch anything.
 */
import { isMapping } from "#base/mapping.ts";
import {
  type Fields,
  isAbsent,
  parseDocument,
  toBoolean,
  toFields,
  toOptionalText,
  toTexts,
  unexpected,
} from "./fields.ts";
import { notValid, shown } from "./refusal.ts";

export interface ActionSpec {
  readonly description: string;
  /** The schema of the parameters, a map of them. */
  readonly schema: Fields;
  /** Whether it runs beside whatever else runs on its machine. */
  readonly parallel: boolean;
  /** Those in the same group run one after the other; empty for none. */
  readonly executionGroup: string;
}

const namePattern = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const reservedPattern = /^juju(?:-|$)/;
const refusedKeys: ReadonlySet<string> = new Set(["$ref", "$schema"]);
const noDescription = "No description";

/** What of an action is no part of its schema, or stands there in another way. */
const ownKeys: ReadonlySet<string> = new Set([
  ...["parallel", "execution-group", "params", "properties", "required"],
]);

/**
 * The map in the file of the charm `owner` as it is, once it has been checked; null for an empty file.
 * Only charms of Juju's own may give their actions its name. Throws `not valid`.
 */
export function parseActions(text: string, owner: string): Fields | null {
  const document = parseDocument("actions.yaml", text);
  if (document === null) return null;
  if (!isMapping(document)) throw unexpected("map", document, "actions.yaml");
  const names = [...toActionSpecs(document).keys()];
  const reserved = names.find((name) => reservedPattern.test(name));
  if (reserved === undefined || owner.startsWith("juju-")) return document;
  throw notValid(`actions.yaml: cannot use action name ${shown(reserved)}: "juju" is reserved`);
}

/** The actions of a charm whose map this is, by their names. Throws `not valid`. */
export function toActionSpecs(actions: unknown): ReadonlyMap<string, ActionSpec> {
  const entries = Object.entries(toFields(actions, "actions.yaml"));
  return new Map(entries.map(([name, raw]) => [checkName(name), toSpec(name, raw)] as const));
}

/** Whether it could be the name of an action, or of one of its parameters. */
function isActionName(name: string): boolean {
  return namePattern.test(name);
}

function checkName(name: string): string {
  if (isActionName(name)) return name;
  throw notValid(`actions.yaml: bad action name ${shown(name)}`);
}

function toSpec(name: string, raw: unknown): ActionSpec {
  const where = `actions.yaml: action ${shown(name)}`;
  const fields = toFields(raw, where);
  refuseReferences(fields, where);
  const own = (key: string) => `${where}: ${key}`;
  const description = toOptionalText(fields.description, own("description")) || noDescription;
  const title = toOptionalText(fields.title, own("title")) || name;
  const required = toTexts(fields.required, own("required"));
  const rest = Object.entries(fields).filter(
    ([key, value]) => !ownKeys.has(key) && !isAbsent(value),
  );
  return {
    description,
    parallel: toBoolean(fields.parallel, own("parallel")),
    executionGroup: toOptionalText(fields["execution-group"], own("execution-group")),
    schema: {
      ...Object.fromEntries(rest),
      ...{ type: "object", title, description },
      properties: toFields(fields.params ?? fields.properties, own("params")),
      ...(required.length > 0 ? { required } : {}),
    },
  };
}

function refuseReferences(value: unknown, where: string): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    if (refusedKeys.has(key)) throw notValid(`${where}: schema key ${shown(key)} is not supported`);
    refuseReferences(part, where);
  }
}
