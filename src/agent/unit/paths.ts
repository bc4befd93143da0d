/** What lies where in a unit's folder. */
import { join } from "node:path";
import { agentPaths, type Layout } from "#release/layout.ts";

export type UnitPaths = ReturnType<typeof unitPaths>;

/** The tag is as in `unit-mysql-0`. */
export function unitPaths(layout: Layout, tag: string) {
  const { home, log } = agentPaths(layout, tag);
  return {
    home,
    log,
    /** The charm; always a whole one, and always here. */
    charm: join(home, "charm"),
    /** The charm that is to come, while it is made ready. */
    nextCharm: join(home, "charm.next"),
    /** The charm from before, until the new one has settled. */
    previousCharm: join(home, "charm.previous"),
    state: join(home, "state"),
    bundles: join(home, "state", "bundles"),
    manifests: join(home, "state", "manifests"),
    journal: join(home, "state", "journal"),
    resources: join(home, "resources"),
    /** What is being fetched. */
    downloads: join(home, "state", "downloads"),
    /** What is known of hooks that run, or ran when the agent died. */
    runs: join(home, "run"),
    /** What the machine keeps for the unit, and notes of the places that lead to its storage. */
    storage: join(home, "storage"),
    socket: join(home, "agent.socket"),
    tools: join(layout.tools, tag),
  };
}

/** Letters, digits, dots and dashes stay; any other byte becomes two hexadecimal digits, as in Juju. */
export function quoteUrl(url: string): string {
  return url.replaceAll(/[^A-Za-z0-9.-]/g, (letter) =>
    [...Buffer.from(letter)].map((byte) => `_${byte.toString(16).padStart(2, "0")}_`).join(""),
  );
}
