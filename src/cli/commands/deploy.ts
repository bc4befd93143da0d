/** deploy: makes an application of a charm. */
import { isProblem, Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import { checkApplicationName } from "#charm/application-name.ts";
import { baseOfSeries, formatBase, parseBase } from "#charm/base.ts";
import { type Charm, checkBase } from "#charm/charm.ts";
import { readSettings } from "#charm/settings.ts";
import type { Connection } from "#client/connection.ts";
import type { Remote } from "#client/remote.ts";
import { Application } from "#contract/application.ts";
import { Client } from "#contract/client.ts";
import { parseConstraints } from "#contract/constraints.ts";
import { parseBindings } from "../bindings.ts";
import { command, flag, list, text, textOr } from "../command.ts";
import { parseCount } from "../count.ts";
import { readGiven } from "../key-values.ts";
import { parsePlacement } from "../placement.ts";
import { checkResources, parseResources, uploadPending } from "../resources.ts";
import { checkNewStorage } from "../storage/check.ts";
import { parseAttachStorage, parseDirectives } from "../storage/directive.ts";
import { warnUnsupported } from "../unsupported.ts";
import { isPath, uploadCharm } from "../upload-charm.ts";

export default command({
  summary: "Deploys a new application.",
  details: `
Takes a charm that lies in a folder, or packed in an archive, and makes an application of it, with
one unit on a machine of its own unless --num-units or --to say otherwise. A subordinate charm gets
its units when it is integrated: one beside each unit of the other application. Charms from a store
cannot be deployed yet.
`,
  examples: [
    "jumar deploy ./greeter",
    "jumar deploy ./greeter hello -n 3",
    "jumar deploy ./greeter --config greeting=Salut",
    "jumar deploy ./greeter --config settings.yaml",
    "jumar deploy ./database --storage data=10G",
    "jumar deploy ./greeter --resource texts=./texts.txt",
  ],
  seeAlso: ["integrate", "config", "add-unit", "refresh", "remove-application"],
  positionals: ["charm", "[applicationName]"],
  options: {
    base: text("The base on which to deploy, as in ubuntu@22.04"),
    bind: textOr("", "Spaces for endpoints: endpoint=space, or a space alone, in one word"),
    channel: textOr("", "Channel of a store; of no meaning for a charm on this host"),
    constraints: list("What the application's machines must have, as in mem=1G"),
    config: list("Either a YAML file of settings, or a setting as in key=value"),
    force: flag(
      "Deploy even on a base that the charm does not name, or if what it assumes is not so",
    ),
    resource: list("A file for a resource of the charm, as in name=path"),
    series: text("The old name of a base, as in jammy"),
    storage: list("Storage for the units, as in data=local,10G,2"),
    "attach-storage": textOr("", "Storage that is left over for the unit, as in data/0,data/1"),
    "num-units": textOr("1", "Number of application units to deploy", "n"),
    to: textOr("", 'The machines for the units, separated by commas: their ids, or "new"'),
    trust: flag("Let the charm use the credentials of the model's cloud"),
  },
  scope: "model",

  async run({ charm: path, applicationName, base, channel, config, to, ...args }, context) {
    const constraints = parseConstraints(args.constraints);
    if (!isPath(path)) {
      const hint = `a charm on this host is written as a path, such as ./${path}`;
      throw new Problem("not supported", `charms from a store cannot be deployed yet; ${hint}`);
    }
    const count = parseCount(args["num-units"], { what: "option --num-units", min: 0 });
    const { texts: given, yaml } = await readGiven(config);
    const texts = args.trust ? { ...given, trust: "true" } : given;
    const placement = parsePlacement(to);
    const bindings = parseBindings(args.bind);
    const files = parseResources(args.resource);
    const storage = parseDirectives(args.storage);
    const attached = parseAttachStorage(args["attach-storage"], count);
    const parsedBase = parseBaseOrSeries(base, args.series);
    await using connection = await context.connectModel();
    const model = await context.model();
    const facade = connection.facade(Application);
    const check = async (charm: Charm) => {
      const name = applicationName ?? charm.metadata.name;
      checkApplicationName(name);
      if (parsedBase && !args.force) checkBase(charm, formatBase(parsedBase));
      refuseForSubordinate(charm, "--constraints", args.constraints.length > 0);
      refuseForSubordinate(charm, "--num-units or --to", count > 1 || to !== "");
      readSettings(name, charm.config, { texts, yaml });
      await checkResources(charm, files);
      await refuseTaken(facade, name);
      await checkNewStorage(connection, charm, { storage, attached });
      if (placement.length > 0) await refuseUnknown(connection, placement);
    };
    const charm = await uploadCharm(context, { path, check }, { model, connection });
    const { out } = context;
    out.note(`Located local charm "${charm.name}", revision ${charm.revision}`);
    const application = applicationName ?? charm.name;
    const target = { application, model, connection };
    const resources = await uploadPending(context, { charm, given: files }, target);
    const { unsupported } = await facade.Deploy({
      ...{ application, "charm-url": charm.url, channel, placement, resources, force: args.force },
      ...{ constraints, storage, "attach-storage": attached },
      "endpoint-bindings": bindings,
      ...{ "num-units": charm.isSubordinate ? 0 : count, config: texts, "config-yaml": yaml },
      "charm-origin": {
        ...{ source: "local", type: "charm", id: "", revision: charm.revision },
        ...(parsedBase === undefined ? {} : { base: parsedBase }),
      },
    });
    warnUnsupported(context, unsupported);
    const place = parsedBase ? ` on ${args.series ?? base}` : "";
    out.note(
      `Deploying "${application}" from local charm "${charm.name}", revision ${charm.revision}${place}`,
    );
  },
});

/** Throws a `UsageError` for both, and `not valid` for one that there is not. */
function parseBaseOrSeries(base: string | undefined, series: string | undefined) {
  if (base !== undefined && series !== undefined) {
    throw new UsageError("--base and --series are mutually exclusive");
  }
  if (base !== undefined) return parseBase(base);
  if (series === undefined) return undefined;
  const found = baseOfSeries(series);
  if (found) return found;
  throw new Problem("not valid", `series "${series}" not valid: name a base, as in ubuntu@22.04`);
}

/** The controller says so as well, but by then the model has one more charm; so below. */
async function refuseUnknown(
  connection: Connection,
  placement: ReturnType<typeof parsePlacement>,
): Promise<void> {
  const ids = placement.filter(({ scope }) => scope === "#").map(({ directive }) => directive);
  const { machines } = await connection.facade(Client).FullStatus({ patterns: ids });
  const missing = ids.find((id) => !(id in machines));
  if (missing !== undefined) throw new Problem("not found", `machine ${missing} not found`);
}

async function refuseTaken(
  facade: Remote<typeof Application.methods>,
  application: string,
): Promise<void> {
  try {
    await facade.Get({ application });
  } catch (error) {
    if (isProblem(error, "not found")) return;
    throw error;
  }
  const message = `cannot add application "${application}": application already exists`;
  throw new Problem("already exists", message);
}

/** Its units come with those of other applications, on whatever machines those have. */
function refuseForSubordinate({ metadata }: Charm, option: string, isGiven: boolean): void {
  if (!metadata.subordinate || !isGiven) return;
  throw new Problem("not valid", `cannot use ${option} with subordinate application`);
}
