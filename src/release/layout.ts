/**
 * What lies where on a machine, below the agent's data directory (`/var/lib/juju` on real machines,
 * so that charms find what they expect).
 */
import { join } from "node:path";
import { launcher } from "./bundle.ts";

const digestLength = 12;

export interface Layout {
  readonly dataDir: string;
  /** Unpacked binaries, and the links that say which runs now and which ran before. */
  readonly tools: string;
  readonly logs: string;
  readonly downloads: string;
  /** Notes of the places that lead here from elsewhere on the host. */
  readonly places: string;
  /** Where `juju-exec` is answered. */
  readonly commands: string;
  /** What starts the agent; replaced by an agent that works, never by one that has yet to show it. */
  readonly launcher: string;
}

export function layoutOf(dataDir: string): Layout {
  return {
    dataDir,
    tools: join(dataDir, "tools"),
    logs: join(dataDir, "log"),
    downloads: join(dataDir, "downloads"),
    places: join(dataDir, "places"),
    commands: join(dataDir, "run.socket"),
    launcher: join(dataDir, launcher),
  };
}

/** An agent's own folder and files; the tag is `machine-0` or `unit-mysql-0`. */
export function agentPaths({ dataDir, tools, logs }: Layout, tag: string) {
  const home = join(dataDir, "agents", tag);
  return {
    home,
    conf: join(home, "agent.conf"),
    log: join(logs, `${tag}.log`),
    /** What has been logged and the controller does not have yet. */
    spool: join(home, "log-spool"),
    /** What runs now, and what ran before, under a name that no charm takes for the agent's. */
    current: join(tools, tag),
    previous: join(tools, `previous-${tag}`),
    /** Written by the agent before it gives way to a new version: for how many seconds to wait. */
    probation: join(home, "probation"),
    /** Written by an agent that works; the launcher waits for it on probation. */
    healthy: join(home, "healthy"),
    /** Written by the launcher when it went back: why. */
    reverted: join(home, "reverted"),
    /** Names the boot that a machine is in, where it is not the host's. */
    boot: join(home, "boot"),
    /** What the last upgrade was about. */
    upgrade: join(home, "upgrade.json"),
  };
}

/** Where a binary of that name lies, as in `3.6.101-ubuntu-amd64`. */
export function binaryFolder({ tools }: Layout, name: string): string {
  return join(tools, name);
}

/** Under which name machines of one host share a binary: the same name means the same bytes. */
export function nameShared({ name, sha256 }: { name: string; sha256: string }): string {
  return `${name}.${sha256.slice(0, digestLength)}`;
}

/** The exit status by which an agent tells its launcher that there is nothing more to run. */
export const finishedStatus = 64;
/**
 * The exit status by which an agent tells its launcher that it has given way, to another version or to
 * a machine that comes up again.
 */
export const replacedStatus = 65;
