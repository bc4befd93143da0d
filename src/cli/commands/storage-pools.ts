/** storage-pools: the pools that storage can come from. */
import { byKey } from "#base/order.ts";
import { Storage } from "#contract/storage.ts";
import { command, list } from "../command.ts";
import { formatTable } from "../table.ts";

export default command({
  summary: "List storage pools.",
  details: `
Each pool is of a provider. Of "local" is what the cloud keeps, and what outlives units; "rootfs" is a
folder of the machine's own and "tmpfs" its memory, both of which go with their unit.
`,
  examples: ["jumar storage-pools", "jumar storage-pools --provider tmpfs"],
  seeAlso: ["create-storage-pool", "update-storage-pool", "remove-storage-pool", "storage"],
  positionals: [],
  options: {
    name: list("Only show pools with these names"),
    provider: list("Only show pools of these provider types"),
  },
  scope: "model",
  formats: ["tabular", "json", "yaml"],

  async run({ name: names, provider: providers }, context) {
    await using connection = await context.connectModel();
    const asked = { names, providers };
    const { "storage-pools": pools } = await connection.facade(Storage).ListPools(asked);
    if (pools.length === 0 && context.format === "tabular") {
      context.out.note("No storage pools to display.");
      return;
    }
    const shown = pools.map(({ name, provider, attrs }) => {
      const own = Object.keys(attrs).length === 0 ? {} : { attrs };
      return [name, { provider, ...own }] as const;
    });
    await context.show(Object.fromEntries(shown), () =>
      formatTable(
        ["Name", "Provider", "Attributes"],
        pools.map(({ name, provider, attrs }) => [name, provider, formatAttributes(attrs)]),
      ),
    );
  },
});

function formatAttributes(attributes: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(attributes).toSorted(byKey);
  return pairs.map(([key, value]) => `${key}=${value}`).join(" ");
}
