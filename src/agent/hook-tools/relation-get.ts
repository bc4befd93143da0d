/** relation-get: prints what another unit or application has set in a relation. */
import { UsageError } from "#base/usage.ts";
import type { HookContext } from "../hook-context.ts";
import { flag, hookTool } from "../hook-tool-kit/hook-tool.ts";
import { getRelation, relationOption } from "../hook-tool-kit/relations.ts";
import { findSetting } from "../hook-tool-kit/settings.ts";

/** `mysql` or `mysql/0`; each part of an application's name has a letter. */
const memberPattern = /^([a-z][a-z0-9]*(?:-(?=\d*[a-z])[a-z0-9]+)*)(\/(?:0|[1-9]\d*))?$/;

export default hookTool({
  summary: "Prints settings of a relation.",
  details: `
It prints what the unit that the hook is about has set, or the application if the
hook is about no unit. Without a key, or with -, it prints all settings. A unit
sees its own settings with what the hook has changed in them.
`,
  options: {
    app: flag("Prints the application's settings rather than a unit's."),
    relation: relationOption,
  },
  positionals: ["[key]", "[member]"],
  output: "smart",

  async run({ key, member, app, relation }, hook) {
    const { id } = getRelation(hook, relation);
    const whose = member === undefined ? defaultMember(hook, app) : parseMember(member, app);
    const settings = await hook.relationSettings(id, whose);
    return key && key !== "-" ? findSetting(settings, key) : settings;
  },
});

function defaultMember({ relation }: HookContext, isApplication: boolean): string {
  const { remoteUnit = "", remoteApplication = "" } = relation ?? {};
  const member = isApplication ? remoteApplication : remoteUnit || remoteApplication;
  if (member === "") throw new UsageError("no unit or application specified");
  return member;
}

/** The application of a unit will do where one is asked for; the other way round it will not. */
function parseMember(name: string, isApplication: boolean): string {
  const [, application, number] = memberPattern.exec(name) ?? [];
  if (application === undefined) throw new UsageError(`invalid unit name "${name}"`);
  if (isApplication) return application;
  if (number !== undefined) return name;
  throw new UsageError(`expected unit name, got application name "${name}"`);
}
