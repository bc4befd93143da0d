/** bootstrap: makes a controller. */
import { resolve } from "node:path";
import { parseConstraints } from "#contract/constraints.ts";
import { bootstrapController } from "../bootstrap/bootstrap.ts";
import { command, flag, list, text, textOr } from "../command.ts";
import { defaultDataFolder } from "../installation.ts";
import { parseKeyValues } from "../key-values.ts";

export default command({
  summary: "Initializes a cloud environment.",
  details: `
Makes a controller on a cloud, and selects it. The only cloud that this client knows is "local":
machines are processes on this host, each with a folder and an address of its own. It needs no
root, and isolates nothing; it is there for trying and testing.

The controller and its machines go on when this command ends, when you log out, and when the
controller itself is restarted. After this host was restarted, "start-controller" brings everything
back.

The controller's database is embedded, unless the environment variable JUMAR_DATABASE has the
address of a PostgreSQL database, such as postgres://jumar@db.example/jumar.
`,
  examples: [
    "jumar bootstrap local demo",
    "jumar bootstrap local demo --data-dir /srv/jumar",
    "jumar bootstrap local demo --config update-status-hook-interval=1m",
  ],
  seeAlso: ["add-model", "destroy-controller", "start-controller", "kill-controller"],
  positionals: ["cloud", "[controllerName]"],
  options: {
    "agent-version": text("Version of agent binaries to use; the client's own by default"),
    config: list("Set a model setting of the controller's model, as in key=value"),
    constraints: list("What machines of the controller's model must have, as in mem=1G"),
    "data-dir": text("Where a local cloud keeps its machines"),
    port: textOr("17070", "Where the controller serves its API"),
    "model-default": list("Set what new models begin with, as in key=value"),
    "no-switch": flag("Do not switch to the newly created controller"),
  },
  scope: "client",

  async run(args, context) {
    const { cloud, controllerName = cloud, config, "data-dir": dataDir } = args;
    await bootstrapController(context, {
      ...{ cloud, name: controllerName, version: args["agent-version"], port: args.port },
      root: resolve(dataDir ?? defaultDataFolder(context.environment)),
      settings: parseKeyValues(config),
      defaults: parseKeyValues(args["model-default"]),
      constraints: parseConstraints(args.constraints),
      isSwitching: !args["no-switch"],
    });
  },
});
