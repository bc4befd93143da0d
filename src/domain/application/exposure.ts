/**
 * Exposure: to whom the ports that units open are open.
 *
 * An endpoint that is named has a list of its own, of networks and spaces; under an empty name is the
 * one of all others. Who names neither opens it to everybody.
 */
import { isIPv4, isIPv6 } from "node:net";
import { Problem } from "#base/problem.ts";
import type { Transaction } from "#store/database.ts";
import * as charm from "../charm/charm.ts";
import * as application from "./application.ts";
import { checkEndpoints, checkSpaces } from "./bindings.ts";

const everybody = ["0.0.0.0/0", "::/0"];
const listMax = 1000;

/**
 * Exposes the endpoints that are named, as is said for each, or the whole application; others stay as
 * they are. Throws `not found` for an endpoint or a space, `not valid` for what is no network.
 */
export async function expose(
  tx: Transaction,
  name: string,
  given: application.Exposure,
): Promise<void> {
  const { charm: url, exposure } = await application.getAlive(tx, name);
  const { content } = await charm.get(tx, url);
  checkEndpoints(content, Object.keys(given));
  const wanted = Object.keys(given).length > 0 ? given : { "": { cidrs: [], spaces: [] } };
  const exposed = Object.entries(wanted).map(([endpoint, to]) => [endpoint, check(to)] as const);
  await application.setExposure(tx, name, { ...exposure, ...Object.fromEntries(exposed) });
}

/** Takes back what `expose` did for the endpoints, or altogether. Throws `not found`, `not valid`. */
export async function unexpose(
  tx: Transaction,
  name: string,
  endpoints: readonly string[],
): Promise<void> {
  const { charm: url, exposure } = await application.get(tx, name);
  checkEndpoints((await charm.get(tx, url)).content, endpoints);
  const stray = endpoints.find((endpoint) => !Object.hasOwn(exposure, endpoint));
  if (stray !== undefined) {
    throw new Problem("not valid", `endpoint "${stray}" of "${name}" is not exposed by itself`);
  }
  const left = Object.entries(exposure).filter(
    ([endpoint]) => endpoints.length > 0 && !endpoints.includes(endpoint),
  );
  await application.setExposure(tx, name, Object.fromEntries(left));
}

function check({ cidrs, spaces }: application.ExposedEndpoint): application.ExposedEndpoint {
  checkSpaces(spaces);
  const wrong = cidrs.find((cidr) => !isNetwork(cidr));
  if (wrong !== undefined) throw new Problem("not valid", `invalid CIDR address: ${wrong}`);
  if (cidrs.length > listMax) {
    throw new Problem("not valid", `${cidrs.length} networks are more than ${listMax}`);
  }
  return { spaces, cidrs: cidrs.length + spaces.length > 0 ? cidrs : everybody };
}

/** As in `10.0.0.0/8` or `fd00::/8`. */
function isNetwork(text: string): boolean {
  const [, address = "", bits = ""] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  return (isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128);
}
