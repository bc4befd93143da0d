/**
 * Patterns of schemas, which charms write for programs in Go: what Go's expressions have and those of
 * JavaScript write differently is put into their words.
 */

const classes: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7F",
  blank: "\\t ",
  cntrl: "\\x00-\\x1F\\x7F",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\t\\n\\v\\f\\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};

/** What comes between stands for itself, an escaped letter among it. */
const strange =
  /\\Q(?<quoted>.*?)(?:\\E|$)|\\x\{(?<code>[\dA-Fa-f]{1,6})\}|\\(?<property>[pP])(?<letter>[A-Z])|\\(?<end>[Az])|\(\?P<(?<name>\w+)>|\[:(?<named>[a-z]+):\]|\\./gsu;

/** Throws a SyntaxError for what neither of them takes. */
export function toRegExp(pattern: string): RegExp {
  const [prefix = "", given = ""] = /^\(\?([imsU]+)\)/.exec(pattern) ?? [];
  const source = pattern.slice(prefix.length).replace(strange, translate);
  const flags = [...new Set(given.replace("U", ""))].join("");
  try {
    return new RegExp(source, `${flags}u`);
  } catch (error) {
    return orPlain(source, flags, error);
  }
}

/** Without Unicode, JavaScript takes as they are a lone bracket and an escape that means nothing. */
function orPlain(source: string, flags: string, error: unknown): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    throw error;
  }
}

function translate(whole: string, ...rest: readonly unknown[]): string {
  const found = rest.at(-1) as Readonly<Record<string, string | undefined>>;
  const { quoted, code, property, letter, end, name, named } = found;
  if (quoted !== undefined) return RegExp.escape(quoted);
  if (code !== undefined) return `\\u{${code}}`;
  if (property !== undefined) return `\\${property}{${letter}}`;
  if (end !== undefined) return end === "A" ? "(?<![^])" : "(?![^])";
  if (name !== undefined) return `(?<${name}>`;
  return classes[named ?? ""] ?? whole;
}
