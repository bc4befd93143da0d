/** What is served over plain HTTPS: what is too large for a frame, and a sign of life. */
import type { Access } from "./facade.ts";

export interface Route {
  readonly method: "GET" | "POST" | "PUT";
  /** A part that starts with a colon stands for any text without a slash. */
  readonly path: string;
  /** Any of these will do; they are about the model in the path, if there is one. */
  readonly access: readonly Access[];
  /** The part that names the unit that access is needed to. */
  readonly on?: string;
}

const resource = "/model/:model/applications/:application/resources/:name";
/** A charm's name and how the digest of its archive begins, as in `mysql-1a2b3c4`. */
const named = "/model-:model/charms/:name";
const binary = "/model/:model/tools/:name";

export const routes = {
  health: { method: "GET", path: "/health", access: ["anyone"] },
  /** `url` names the charm; with `file=*` its archive comes back, or a file of it, or what it has. */
  downloadCharm: { method: "GET", path: "/model/:model/charms", access: ["read", "machine"] },
  /** A zip archive goes in, and `{"charm-url"}` comes back. */
  uploadCharm: { method: "POST", path: "/model/:model/charms", access: ["write"] },
  /** As newer clients do it: the header `Juju-Curl` names the charm that is wanted. */
  putCharm: { method: "PUT", path: named, access: ["write"] },
  downloadCharmByHash: { method: "GET", path: named, access: ["read", "machine"] },
  downloadResource: { method: "GET", path: resource, access: ["read"] },
  /** With `pendingid` it waits for what is to take it; the answer is `{"resource"}`. */
  uploadResource: { method: "PUT", path: resource, access: ["write"] },
  /** The unit is named by its tag, as in `unit-mysql-0`. */
  downloadUnitResource: {
    ...{ method: "GET", path: "/model/:model/units/:unit/resources/:name" },
    ...{ access: ["unit"], on: "unit" },
  },
  /** Machines have nothing to log in with before they have an agent. */
  downloadBinary: { method: "GET", path: binary, access: ["anyone"] },
  downloadAnyBinary: { method: "GET", path: "/tools/:name", access: ["anyone"] },
  /** `binaryVersion` names the bundle that goes in. */
  uploadBinary: { method: "POST", path: "/model/:model/tools", access: ["superuser"] },
  uploadAnyBinary: { method: "POST", path: "/tools", access: ["superuser"] },
  /** A websocket: what the model's machines and units log, a line for each message. */
  log: { method: "GET", path: "/model/:model/log", access: ["read"] },
} as const satisfies Readonly<Record<string, Route>>;

export type RouteName = keyof typeof routes;
