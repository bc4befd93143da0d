/**
 * controller.json: what a controller is started with, beside the agent's own configuration.
 *
 * It holds secrets, and is readable by the agent alone.
 */
import { parseJsonFile } from "#base/files.ts";
import { Problem } from "#base/problem.ts";

export interface ControllerConf {
  readonly uuid: string;
  readonly name: string;
  /** The authority that vouches for the controller's servers; PEM. */
  readonly ca: { readonly certificate: string; readonly key: string };
  /** What the passwords of agents are made from. */
  readonly agentSecret: string;
  /** Where the API is served; no hosts means on every address of the machine. */
  readonly port: number;
  readonly hosts: readonly string[];
  /** A `postgres://` address, or empty for the embedded database. */
  readonly database: string;
  readonly cloud: {
    readonly name: string;
    readonly type: string;
    readonly region: string;
    /** The folder of a local cloud. */
    readonly root: string;
  };
  /** What the controller begins with; of no use later. */
  readonly bootstrap: {
    readonly user: string;
    readonly passwordHash: string;
    readonly model: string;
    readonly nonce: string;
    readonly base: string;
  };
}

/** Relative to the agent's data directory. */
export const controllerConfPath = "controller/controller.json";

/** Throws `not valid` when it cannot be what `jumar bootstrap` has written. */
export function parseControllerConf(text: string): ControllerConf {
  const conf = parseJsonFile(controllerConfPath, text) as Partial<ControllerConf>;
  const keys = [
    "uuid",
    "name",
    "ca",
    "agentSecret",
    "port",
    "hosts",
    "cloud",
    "bootstrap",
  ] as const;
  const missing = keys.find((key) => conf[key] === undefined);
  if (missing) {
    const message = `${controllerConfPath} cannot be used: "${missing}" is missing`;
    throw new Problem("not valid", message);
  }
  return conf as ControllerConf;
}
