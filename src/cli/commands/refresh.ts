/** refresh: upgrades an application's charm. */
import { Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { Charm } from "#charm/charm.ts";
import { readSettings } from "#charm/settings.ts";
import { parseCharmUrl } from "#charm/url.ts";
import type { Connection } from "#client/connection.ts";
import { Application } from "#contract/application.ts";
import { Rollouts } from "#contract/rollouts.ts";
import { parseBindings } from "../bindings.ts";
import { type Context, command, flag, list, optionalFlag, text, textOr } from "../command.ts";
import { readGiven } from "../key-values.ts";
import {
  checkResources,
  listKnown,
  parseResources,
  refuseMissing,
  uploadPending,
} from "../resources.ts";
import { checkChangedStorage } from "../storage/check.ts";
import { parseDirectives } from "../storage/directive.ts";
import { uploadCharm } from "../upload-charm.ts";

export default command({
  summary: "Refresh an application's charm.",
  details: `
Gives an application the next revision of its charm, from a folder or an archive on this host. The
charm must have the same name. Each unit finishes the hook that runs, puts the new charm in the place
of the old in one step, keeps what hooks have written into the charm's folder, and runs
"upgrade-charm" and then "config-changed" from the new code. Until a unit has the new charm complete,
the old one stays in use.

The upgrade is a rollout: "rollouts" shows how far it has come and who began it. A unit whose hook
has failed gets the new charm when the hook is tried again, or at once with --force-units.

"upgrade-charm" is the same command under its older name.
`,
  examples: [
    "jumar refresh greeter --path ./greeter-2",
    "jumar refresh greeter --path ./greeter-2 --resource texts=./texts.txt",
    "jumar upgrade-charm greeter --path ./greeter-2 --config greeting=Salut",
  ],
  seeAlso: ["rollouts", "status", "resolved", "deploy"],
  positionals: ["applicationName"],
  options: {
    bind: textOr("", "Spaces for endpoints: endpoint=space, or a space alone, in one word"),
    channel: text("Channel of a store; of no meaning for a charm on this host"),
    config: list("Either a YAML file of settings, or a setting as in key=value"),
    force: flag("Refresh even if a relation limit or the charm's assumptions stand against it"),
    "force-base": flag("Refresh even if the charm does not support the application's base"),
    "force-series": flag("The same as --force-base"),
    "force-units": flag("Refresh all units at once, even those whose hook has failed"),
    path: text("Refresh to a charm on this host"),
    resource: list("A file for a resource of the charm, as in name=path"),
    revision: text("Refresh to a revision in a store; cannot be done yet"),
    storage: list("Storage for what comes from now on, as in data=local,10G,2"),
    switch: text("Crossgrade to a different charm; cannot be done yet"),
    trust: optionalFlag("Let the charm use the credentials of the model's cloud, or no longer"),
  },
  scope: "model",

  async run({ applicationName, path, ...args }, context) {
    refuseConflicts({ path, ...args });
    const { texts: given, yaml } = await readGiven(args.config);
    const bindings = parseBindings(args.bind);
    const texts = args.trust === undefined ? given : { ...given, trust: String(args.trust) };
    const files = parseResources(args.resource);
    const storage = parseDirectives(args.storage);
    await using connection = await context.connectModel();
    const model = await context.model();
    const facade = connection.facade(Application);
    const { url } = await facade.GetCharmURLOrigin({ application: applicationName });
    if (path === undefined) {
      const hint = `as in "jumar refresh ${applicationName} --path ./${parseCharmUrl(url).name}"`;
      const message = `refreshing a local charm requires either --path or --switch, ${hint}`;
      throw new Problem("not valid", message);
    }
    const { name: current } = parseCharmUrl(url);
    const target = { application: applicationName, model, connection };
    const known = await listKnown(target);
    const check = async (content: Charm) => {
      const { name } = content.metadata;
      if (name !== current)
        throw new Problem("not valid", `cannot refresh "${current}" to "${name}"`);
      readSettings(applicationName, content.config, { texts, yaml });
      refuseMissing(content, { given: files, known });
      await checkResources(content, files);
      await checkChangedStorage(connection, content, storage);
    };
    const charm = await uploadCharm(context, { path, check }, { model, connection });
    context.out.note(`Added local charm "${charm.name}", revision ${charm.revision}, to the model`);
    const resources = await uploadPending(context, { charm, given: files }, target);
    await facade.SetCharm({
      ...{ application: applicationName, "charm-url": charm.url, force: args.force },
      ...{ "resource-ids": resources, "storage-constraints": storage },
      ...{ "config-settings": texts, "config-settings-yaml": yaml },
      "endpoint-bindings": bindings,
      "force-base": args["force-base"] || args["force-series"],
      "force-units": args["force-units"],
      "charm-origin": { source: "local", type: "charm", id: "", revision: charm.revision },
    });
    if (!args["force-units"]) await sayHeldUp(context, connection, charm.url);
  },
});

/** Whoever refreshes expects that the units follow; who does not is named, and what it waits for. */
async function sayHeldUp({ out }: Context, connection: Connection, url: string): Promise<void> {
  const facade = connection.facade(Rollouts);
  const begun = (await facade.List({})).rollouts.find(({ to }) => to === url);
  if (begun === undefined) return;
  const [found] = (await facade.List({ id: begun.id })).rollouts;
  for (const { id, message } of found?.members ?? []) {
    if (message !== "") out.note(`${id}: ${message}`);
  }
}

interface Choice {
  readonly path: string | undefined;
  readonly revision: string | undefined;
  readonly switch: string | undefined;
}

function refuseConflicts({ path, revision, switch: other }: Choice): void {
  const pairs = [
    ["--switch", other, "--revision", revision],
    ["--path", path, "--revision", revision],
    ["--switch", other, "--path", path],
  ] as const;
  for (const [one, a, another, b] of pairs) {
    if (a === undefined || b === undefined) continue;
    throw new UsageError(`${one} and ${another} are mutually exclusive`);
  }
  const missing = other === undefined ? revision && "--revision" : "--switch";
  if (missing) throw new Problem("not supported", `${missing} cannot be done yet: use --path`);
}
