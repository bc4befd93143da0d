/** The page of error codes: each with what it means to whoever gets it. */
import type { ProblemCode } from "#base/problem.ts";
import { code, type Page, page, table } from "./page.ts";

const intro = `
A failed call of the API answers with an \`error\`, a text for people, and an \`error-code\`, a word for programs; so does a failed
request over HTTPS. Programs branch on the code and never on the text. The codes are Juju's where Juju has one. An error without
a code is a bug of the controller; its log says more.

On the command line every one of these ends with the exit status 1 and one line, \`ERROR\` and the text. A command line
that is wrong ends with 2 before anybody is asked.
`;

/** A code that is missing here does not compile. */
const meanings: Readonly<Record<ProblemCode, string>> = {
  "already exists": "There is something of that name, or what was asked for is so already.",
  "bad request": "The request itself is wrong: not JSON, a field of the wrong type, too long.",
  "controller has hosted models": "It cannot go before they do.",
  dead: "It is about to be forgotten, and cannot be changed any more.",
  "internal error": "Never sent: what our own clients call an error without a code.",
  "leadership claim denied": "Another unit leads the application.",
  "method not allowed": "The path over HTTPS is known, but not with that method.",
  "model not found": "The connection is about a model that there is not, or not any more.",
  "not found": "What the request names is not there; the text says what.",
  "not implemented": "There is no such facade, version or method.",
  "not provisioned": "The machine has no instance yet.",
  "not supported": "Jumar cannot do this, or not yet; the text says what to do instead.",
  "not valid": "It was understood, and is against a rule; the text says which.",
  "quota limit exceeded": "Something is larger, or there is more of it, than a bound allows.",
  stopped: "Whoever was to do it has ended meanwhile, such as when a connection is cut.",
  "try again": "It may work in a moment: nobody answers yet, or too much is under way.",
  "unauthorized access": "The name, the password or the access is not enough.",
  "upgrade in progress": "Another upgrade has to end first.",
};

export function errorCodesPage(): Page {
  const rows = Object.entries(meanings).map(([each, meaning]) => [code(each), meaning]);
  const origin = {
    title: "Error codes",
    from: "src/base/problem.ts and scripts/reference/error-codes.ts",
  };
  return page("error-codes", origin, [intro, table(["code", "what it means"], rows)]);
}
