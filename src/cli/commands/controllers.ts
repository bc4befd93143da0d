/** controllers: the controllers that this client knows. */
import type { ClientStore } from "#client/files/store.ts";
import { command } from "../command.ts";
import { formatTable } from "../table.ts";

export default command({
  summary: "Lists all controllers.",
  details: `
The current controller has a star.
`,
  examples: ["jumar controllers", "jumar controllers --format json"],
  seeAlso: ["bootstrap", "switch", "models"],
  positionals: [],
  options: {},
  scope: "client",
  formats: ["tabular", "json", "yaml"],

  async run(_args, { files, out, show, format }) {
    const names = await files.listControllers();
    const current = (await files.currentController()) ?? "";
    const known = await Promise.all(names.map((name) => describe(files, name)));
    const shown = { controllers: Object.fromEntries(known), "current-controller": current };
    if (names.length === 0 && format === "tabular") {
      out.note('No controllers registered.\n\nPlease create a new controller using "bootstrap".');
      return;
    }
    await show(shown, () => {
      const rows = known.map(([name, controller]) => [
        `${name}${name === current ? "*" : ""}`,
        ...[controller["current-model"] ?? "-", controller.user, controller.access],
        ...[`${controller.cloud}/${controller.region}`, controller["agent-version"]],
      ]);
      return formatTable(
        ["Controller", "Model", "User", "Access", "Cloud/Region", "Version"],
        rows,
      );
    });
  },
});

async function describe(files: ClientStore, name: string) {
  const controller = await files.controller(name);
  const account = await files.findAccount(name);
  const model = await files.currentModel(name);
  const described = {
    ...(model === undefined ? {} : { "current-model": model.split("/")[1] }),
    user: account?.user ?? "",
    access: account?.access ?? "",
    uuid: controller.uuid,
    "api-endpoints": controller.addresses,
    cloud: controller.cloud,
    region: controller.region,
    "agent-version": controller.agentVersion,
  };
  return [name, described] as const;
}
