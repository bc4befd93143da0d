/** Says what went wrong, in the words of whoever found it. Loaded only when something did. */
import { inspect } from "node:util";
import { isProblem, messageOf } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";

/** What the system's codes mean to somebody who does not know them, and what helps. */
const systemReasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied; use another place, or ask its owner for permission",
  EDQUOT: "your share of the disk is used up; free some space and try again",
  EISDIR: "it is a folder, and a file is needed",
  EMFILE: "too many files are open; raise the limit (ulimit -n) and try again",
  ENOENT: "there is no such file or folder",
  ENOSPC: "the disk is full; free some space and try again",
  ENOTDIR: "a part of the path is a file, and not a folder",
  EPERM: "the system does not allow it; use another place",
  EROFS: "the disk is read-only; use another place",
};

/** One line for a failure that somebody can mend; with `isDebug`, where it came from as well. */
export function explain(error: unknown, { isDebug }: { readonly isDebug: boolean }): string {
  return isDebug ? `${say(error)}\n${inspect(error)}` : say(error);
}

function say(error: unknown): string {
  if (isProblem(error) || error instanceof UsageError) return error.message;
  return systemFailure(error) ?? `${messageOf(error)} (this is a bug; with --debug there is more)`;
}

/** As in `cannot open "/srv/x": permission denied`; undefined for what the system did not say. */
function systemFailure(error: unknown): string | undefined {
  const reason = systemReason(error);
  if (reason === undefined) return undefined;
  const { syscall = "use", path } = error as NodeJS.ErrnoException;
  return path === undefined
    ? `cannot ${syscall}: ${reason}`
    : `cannot ${syscall} "${path}": ${reason}`;
}

/** Why the system has refused something; undefined for what it did not say. */
export function systemReason(error: unknown): string | undefined {
  const { code = "" } = error as NodeJS.ErrnoException;
  return Object.hasOwn(systemReasons, code) ? systemReasons[code] : undefined;
}
