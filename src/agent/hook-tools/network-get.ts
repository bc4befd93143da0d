/**
 * network-get: prints where an endpoint of the charm listens.
 *
 * Every endpoint is bound to all of the unit's addresses, so that any binding is as good as another.
 */

import { isIPv6 } from "node:net";
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { HookContext } from "../hook-context.ts";
import { flag, hookTool } from "../hook-tool-kit/hook-tool.ts";
import { inOrder } from "../hook-tool-kit/output.ts";
import { relationOption } from "../hook-tool-kit/relations.ts";

const interfaceName = "lo";
const macAddress = "";

export default hookTool({
  summary: "Prints the network configuration of a binding.",
  details: `
A binding is an endpoint of the charm. Of the addresses, the subnets from which the
unit's traffic comes, and the address that others should use, it prints all, or
what the options name: one of them by itself, several as a map.
`,
  options: {
    "bind-address": flag("The address on which the unit should listen."),
    "ingress-address": flag("The address that others should use."),
    "egress-subnets": flag("The subnets from which the unit's traffic comes."),
    "primary-address": flag("As --bind-address, for old charms; stands alone."),
    relation: relationOption,
  },
  positionals: ["binding"],
  missing: "no arguments specified",
  output: "smart",

  async run({ binding, "primary-address": isPrimary, ...wants }, hook, format) {
    if (binding === "") throw new UsageError("no binding name specified");
    const [address] = hook.addresses;
    if (address === undefined || !(await hook.bindings()).includes(binding)) {
      throw new Problem("not found", `no network config found for binding "${binding}"`);
    }
    const parts = {
      "bind-address": address,
      "egress-subnets": [toSubnet(address)],
      "ingress-address": address,
    };
    const wanted = Object.entries(parts).filter(([name]) => wants[name as keyof typeof parts]);
    if (isPrimary && wanted.length > 0) {
      throw new UsageError("--primary-address must be the only flag specified");
    }
    if (isPrimary) return address;
    if (wanted.length === 0) return describe(hook, { isJson: format === "json" });
    return wanted.length === 1 ? wanted[0]?.[1] : Object.fromEntries(wanted);
  },
});

/** In YAML, what had other names once is there under both. */
function describe(
  { addresses, hostname }: HookContext,
  { isJson }: { readonly isJson: boolean },
): unknown {
  const bound = {
    "mac-address": macAddress,
    "interface-name": interfaceName,
    addresses: addresses.map((value) => {
      const address = { hostname, value, cidr: toSubnet(value) };
      return inOrder(isJson ? address : { ...address, address: value });
    }),
  };
  const legacy = { macaddress: macAddress, interfacename: interfaceName };
  return inOrder({
    "bind-addresses": [inOrder(isJson ? bound : { ...bound, ...legacy })],
    "egress-subnets": addresses.slice(0, 1).map(toSubnet),
    "ingress-addresses": addresses,
  });
}

/** The subnet of that address alone. */
function toSubnet(address: string): string {
  return `${address}/${isIPv6(address) ? 128 : 32}`;
}
