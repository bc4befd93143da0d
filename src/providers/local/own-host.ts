/** Whether charms have the host to themselves, and what they find on it then. */
import { userInfo } from "node:os";
import { join } from "node:path";
import { makeTurns } from "./turns.ts";

/** What a system gives its services; charms must not depend on what the operator's shell has. */
export const standardPath =
  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin";

/** Where root's cloud is unless somebody says otherwise. Services under users of their own pass here. */
export const rootsFolder = "/var/lib/jumar";

/**
 * Root's own cloud, in its usual folder, may leave traces all over the host. Any other keeps to its
 * folder, as a scratch cloud has to.
 */
export function hostOf(root: string): string {
  return userInfo().uid === 0 && root === rootsFolder ? "/" : "";
}

/** Where agents, and so charms, look for commands. */
export async function pathOf(root: string): Promise<string> {
  if (hostOf(root) === "") return standardPath;
  const turns = join(root, "turns");
  await makeTurns(turns);
  return `${turns}:${standardPath}`;
}
