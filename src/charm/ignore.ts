/**
 * Ignore rules: which files of a folder do not belong to the charm.
 *
 * `.jujuignore` has the syntax of `.gitignore`: the last rule that matches decides, `!` takes a
 * file back in, and what lies in an ignored folder is never looked at.
 */
import { notValid, shown } from "./refusal.ts";

export interface IgnoreRule {
  readonly pattern: RegExp;
  readonly ignores: boolean;
  readonly foldersOnly: boolean;
}

/** What a glob is made of; everything else stands for itself. */
const glyph = /^(?:\*\*\/)+|\/(?:\*\*\/)+|\/\*\*$|\*+|\?|\[[!^]?\]?(?:\\.|[^\]\\])*\]|\\?./gsu;

/** Reads one rule a line. Throws `not valid`. */
export function parseIgnoreRules(text: string): IgnoreRule[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/(?<!\\) +$/, ""))
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(parseRule);
}

/** Whether the rules leave out the file or folder at this path, relative to the charm. */
export function isIgnored(
  rules: readonly IgnoreRule[],
  { path, isFolder }: { readonly path: string; readonly isFolder: boolean },
): boolean {
  const rule = rules.findLast(
    ({ pattern, foldersOnly }) => (!foldersOnly || isFolder) && pattern.test(path),
  );
  return rule?.ignores ?? false;
}

function parseRule(line: string): IgnoreRule {
  const ignores = !line.startsWith("!");
  const [, glob = "", slash] = /^!?(.*?)(\/?)$/.exec(line) ?? [];
  return { pattern: toPattern(glob, line), ignores, foldersOnly: slash === "/" };
}

/** A glob with a slash in it is relative to the charm; one without matches at any depth. */
function toPattern(glob: string, line: string): RegExp {
  const start = glob.includes("/") ? "" : "(?:.*/)?";
  const source = glob.replace(/^\//, "").replace(glyph, toSource);
  try {
    return new RegExp(`^${start}${source}$`, "su");
  } catch (error) {
    throw notValid(`.jujuignore: invalid pattern ${shown(line)}`, { cause: error });
  }
}

function toSource(text: string): string {
  if (text === "/**") return "/.*";
  if (text.startsWith("**/")) return "(?:.*/)?";
  if (text.startsWith("/**")) return "/(?:.*/)?";
  if (text.startsWith("*")) return "[^/]*";
  if (text === "?") return "[^/]";
  if (/^\[.+\]$/s.test(text)) return toClass(text.slice(1, -1));
  return RegExp.escape(text.length > 1 ? text.replace(/^\\/, "") : text);
}

function toClass(text: string): string {
  const isNegated = /^[!^]/.test(text);
  const members = (isNegated ? text.slice(1) : text).replace(/\\(.)|[[\]^]/gsu, (whole, escaped) =>
    RegExp.escape(escaped ?? whole),
  );
  return isNegated ? `[^/${members}]` : `(?!/)[${members}]`;
}
