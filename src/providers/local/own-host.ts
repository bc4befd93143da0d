/** Whether charms have the host to themselves, and what they find on it then. */
import { userInfo } from "node:os";
import { join } from "node:path";
import { makeTurns } from "./turns.ts";

/** What a system gives its services; charms must not depend on what the operator's shell has. */
export const standardPath =
  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin";

/**
 * Root's own cloud, in its usual folder, may leave traces all over the host. Any other keeps to its
 * folder, as a scratch cloud has to.
 */
export function hostOf(root: string): string {
  const { uid, homedir } = userInfo();
  return uid === 0 && root === join(homedir, ".local", "share", "jumar") ? "/" : "";
}

/** Where agents, and so charms, look for commands. */
export async function pathOf(root: string): Promise<string> {
  if (hostOf(root) === "") return standardPath;
  const turns = join(root, "turns");
  await makeTurns(turns);
  return `${turns}:${standardPath}`;
}
