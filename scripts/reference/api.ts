/** The page of the API, from the contract: every facade, method and route, and who may call it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type BulkMethod, type Facade, isBulk, type Method } from "#contract/facade.ts";
import { facades } from "#contract/facades.ts";
import { routes } from "#contract/routes.ts";
import { root } from "../bundle.ts";
import { anchor, code, codeBlock, type Page, page, table } from "./page.ts";
import { formatShape } from "./shape.ts";

const intro = `
Clients speak JSON over a websocket at \`wss://CONTROLLER:17070/api\`, or \`/model/UUID/api\` for one model, as Juju's do. A
request is \`{"request-id", "type", "version", "request", "params"}\`, its answer \`{"request-id", "response"}\` or
\`{"request-id", "error", "error-code"}\`; the codes are [here](error-codes.md). What a client leaves out counts as empty, and
what is not known is ignored. Facades whose names Juju does not have (MachineAgent, Rollouts, UnitAgent) are Jumar's own.

A method of the kind "for each" takes a list and answers for each of its items, in their order, with a result or with an
\`error\`.

## Who may call what

| access | who |
| --- | --- |
| anyone | even before login |
| login | whoever is logged in |
| self | the user that the parameter names, or a superuser |
| read, write, admin | users with that access to the model; each includes those before it |
| superuser | administrators of the controller |
| machine | a machine's agent, for itself |
| unit | the agent of the machine that the named unit is on |

The server checks access before a method's code runs. The same table, written by hand, is
[\`src/controller/access.md\`](../../src/controller/access.md); a test walks every call with every kind of caller and compares.
`;

export function apiPage(): Page {
  const index = table(
    ["facade", "versions", "where", "methods"],
    facades.map(({ name, versions, scope, methods }) => [
      `[${name}](#${anchor(name)})`,
      versions.join(", "),
      scope === "both" ? "controller and model" : scope,
      Object.keys(methods).map(code).join(", "),
    ]),
  );
  const origin = { title: "API", from: "src/contract" };
  return page("api", origin, [
    intro,
    "## Facades",
    index,
    ...facades.flatMap(describeFacade),
    ...describeRoutes(),
  ]);
}

function describeFacade({ name, methods }: Facade): string[] {
  const source = readSource(`${toFileName(name)}.ts`);
  const [, about = ""] = /^\/\*\*([\s\S]*?)\*\//.exec(source) ?? [];
  const comments = commentsIn(source, /(\w+): (?:method|bulk)\(/);
  return [
    `## ${name}`,
    toProse(about),
    ...Object.entries(methods).flatMap(([method, definition]) => [
      `### ${name}.${method}`,
      formatAccess(definition),
      ...(comments.has(method) ? [comments.get(method) ?? ""] : []),
      ...formatShapes(definition),
    ]),
  ];
}

function formatAccess({ access, on }: Method | BulkMethod): string {
  return on === undefined
    ? `Access: ${code(access)}.`
    : `Access: ${code(access)} of what ${code(on)} names.`;
}

function formatShapes(definition: Method | BulkMethod): string[] {
  if (isBulk(definition)) {
    const { list, results, item, result } = definition;
    const given = codeBlock(formatShape(item));
    const answer = codeBlock(formatShape(result));
    return [`For each of ${code(list)}:`, given, `Answers in ${code(results)}:`, answer];
  }
  const given = formatShape(definition.params);
  const answer = formatShape(definition.result);
  return [
    ...(given === "nothing" ? ["Takes nothing."] : ["Takes:", codeBlock(given)]),
    ...(answer === "nothing" ? ["Answers nothing."] : ["Answers:", codeBlock(answer)]),
  ];
}

function describeRoutes(): string[] {
  const comments = commentsIn(readSource("routes.ts"), /(\w+): \{ method/);
  const rows = Object.entries(routes).map(([name, { method, path, access }]) => [
    code(`${method} ${path}`),
    access.join(" or "),
    comments.get(name) ?? "",
  ]);
  const about = `What is too large for a frame goes over HTTPS on the same port. Whoever has to log in does so by HTTP's basic
authentication, with a tag such as \`user-admin\` for a name. A failure is \`{"error", "error-code"}\`.`;
  return ["## HTTP", about, table(["route", "access", "what it is"], rows)];
}

function readSource(name: string): string {
  return readFileSync(join(root, "src", "contract", name), "utf8");
}

function toFileName(facade: string): string {
  return facade.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}

/** The comments right before what the pattern finds, by the name that it finds. */
function commentsIn(source: string, subject: RegExp): ReadonlyMap<string, string> {
  const pattern = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*\\n\\s*${subject.source}`, "g");
  return new Map(
    Array.from(source.matchAll(pattern), ([, comment = "", name = ""]) => [name, toProse(comment)]),
  );
}

function toProse(comment: string): string {
  return comment.replaceAll(/^\s*\* ?/gm, "").trim();
}
