/**
 * JSON schemas of draft 4: whether one is valid, and whether parameters are as it says.
 *
 * Schemas come with charms, and whoever may deploy one is not for that to hold up the controller. So
 * nothing is looked at for longer than its time, however much a pattern or a combination asks for.
 */

import { createContext, Script } from "node:vm";
import { default as ajv } from "ajv-draft-04";
import { isMapping } from "#base/mapping.ts";
import { messageOf, Problem } from "#base/problem.ts";
import type { ActionSpec } from "#charm/actions.ts";
import { toPlainSchema } from "./draft-4.ts";
import { toRegExp } from "./pattern.ts";

export type Parameters = Readonly<Record<string, unknown>>;

const timeMaxMs = 1000;
const depthMax = 50;

/** Throws `not valid` for an action whose schema is none, or whose schemas take too long to look at. */
export function refuseInvalidSchemas(specs: ReadonlyMap<string, ActionSpec>): void {
  const checker = newChecker();
  let current = "";
  const reason = inTime(() => {
    for (const [name, { schema }] of specs) {
      current = name;
      if (!checker.validateSchema(schema)) return explain(checker.errors, "schema");
      refusePatterns(toPlainSchema(schema));
    }
    return undefined;
  });
  if (reason === undefined) return;
  throw new Problem("not valid", `invalid params schema for action "${current}": ${reason}`);
}

/** The parameters with the schema's defaults. Throws `not valid` for what the schema does not allow. */
export function checkParameters({ schema }: ActionSpec, given: Parameters): Parameters {
  const parameters = withDefaults(schema, given, 0);
  const reason = inTime(() => {
    const isValid = newChecker({ meta: false }).compile(toPlainSchema(schema) as object);
    return isValid(parameters) ? undefined : explain(isValid.errors, "parameters");
  });
  if (reason === undefined) return parameters;
  throw new Problem("not valid", `validation failed: ${reason}`);
}

type Checker = InstanceType<typeof ajv.default>;

function newChecker({ meta } = { meta: true }): Checker {
  return new ajv.default({
    ...{ meta, validateSchema: meta, strict: false, logger: false, validateFormats: false },
    ...{ ownProperties: true, code: { regExp } },
  });
}

const regExp = Object.assign((pattern: string) => toRegExp(pattern), { code: "toRegExp" });

/** Throws a SyntaxError for a pattern that is none. */
function refusePatterns(schema: unknown): void {
  if (typeof schema !== "object" || schema === null) return;
  const { pattern, patternProperties } = schema as Parameters;
  if (typeof pattern === "string") toRegExp(pattern);
  if (isMapping(patternProperties)) Object.keys(patternProperties).forEach(toRegExp);
  Object.values(schema).forEach(refusePatterns);
}

/** The first thing that is wrong, with where it is and what it is about. */
function explain(errors: Checker["errors"] | undefined, root: string): string | undefined {
  const [first] = errors ?? [];
  if (first === undefined) return undefined;
  const { instancePath, message = "", params } = first;
  const about = params.additionalProperty ?? params.allowedValues;
  const suffix = about === undefined ? "" : `: ${JSON.stringify(about)}`;
  return `${root}${instancePath.replaceAll("/", ".")} ${message}${suffix}`;
}

/** What `body` returns, or what was thrown, in one line. */
function inTime(body: () => string | undefined): string | undefined {
  const run = new Script("body()");
  try {
    return run.runInContext(createContext({ body }), { timeout: timeMaxMs });
  } catch (error) {
    const isLate = isMapping(error) && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
    return isLate ? `it takes longer than ${timeMaxMs} ms to check` : messageOf(error);
  }
}

/** A default that is deep in a map makes the maps around it. */
function withDefaults(schema: unknown, given: Parameters, depth: number): Parameters {
  const properties = isMapping(schema) && isMapping(schema.properties) ? schema.properties : {};
  if (depth > depthMax) return given;
  const filled = Object.entries(properties).map(([name, property]) => {
    const value = Object.hasOwn(given, name) ? given[name] : defaultOf(property);
    if (value !== undefined && !isMapping(value)) return [name, value] as const;
    const inner = withDefaults(property, value ?? {}, depth + 1);
    const isThere = value !== undefined || Object.keys(inner).length > 0;
    return [name, isThere ? inner : undefined] as const;
  });
  return { ...given, ...Object.fromEntries(filled.filter(([, value]) => value !== undefined)) };
}

function defaultOf(property: unknown): unknown {
  return isMapping(property) ? property.default : undefined;
}
