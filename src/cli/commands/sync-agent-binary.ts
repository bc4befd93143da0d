/** sync-agent-binary: gives the controller an agent binary that this host has. */
import { resolve } from "node:path";
import { UsageError } from "#base/usage.ts";
import { parseVersion } from "#release/version.ts";
import { command, flag, text } from "../command.ts";
import { binariesFolder, findBundle } from "../installation.ts";
import { uploadBinary } from "../upload-binary.ts";

export default command({
  summary: "Copy agent binaries from a local directory to the controller.",
  details: `
Sends a bundle, with the manifest beside it, to the controller, which gives it to the machines that
are upgraded to its version. Bundles come with this program, or are built with "npm run build:agent".
`,
  examples: [
    "jumar sync-agent-binary --agent-version 3.6.101",
    "jumar sync-agent-binary --agent-version 3.6.101 --source /media/usb",
  ],
  seeAlso: ["upgrade-controller", "upgrade-model"],
  positionals: [],
  options: {
    "agent-version": text("Copy a specific version; has to be given"),
    "dry-run": flag("Don't copy, just print what would be copied"),
    source: text("The folder to copy from; the one of this program by default"),
    version: text("The same as --agent-version"),
  },
  scope: "controller",

  async run({ "agent-version": wanted, version, source, "dry-run": isDryRun }, context) {
    const chosen = wanted ?? version;
    if (chosen === undefined) throw new UsageError("--agent-version is required");
    parseVersion(chosen);
    const folder = source === undefined ? binariesFolder(context.environment) : resolve(source);
    const bundle = await findBundle(folder, chosen);
    if (isDryRun) return context.out.note(`would copy ${bundle.path}`);
    const controller = await context.controllerName();
    await using connection = await context.connectController();
    await uploadBinary(context, { controller, connection }, bundle);
    context.out.note(`copied ${bundle.path} to controller ${controller}`);
  },
});
