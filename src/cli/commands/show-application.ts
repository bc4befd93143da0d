/** show-application: what somebody has told applications to be. */
import { UsageError } from "#base/usage.ts";
import { formatYaml } from "#base/yaml.ts";
import { Application, type ApplicationInfo } from "#contract/application.ts";
import { toTag } from "#contract/tags.ts";
import { command } from "../command.ts";
import { present } from "../without-empty.ts";

export default command({
  summary: "Displays information about an application.",
  details: `
Shows the charm, the base, and what else the application was told to be: where its endpoints are, to
whom it is exposed, and what its machines must have. How its units are is what "status" and "show-unit"
show.
`,
  examples: [
    "jumar show-application greeter",
    "jumar show-application greeter counter --format json",
  ],
  seeAlso: ["show-unit", "config", "status"],
  positionals: ["[applications...]"],
  options: {},
  scope: "model",
  formats: ["yaml", "json", "smart"],

  async run({ applications }, context) {
    if (applications.length === 0) throw new UsageError("an application name must be supplied");
    await using connection = await context.connectModel();
    const facade = connection.facade(Application);
    const shown = await Promise.all(
      applications.map(async (name) => {
        const { result } = await facade.ApplicationsInfo({ tag: toTag("application", name) });
        return [name, toShown(result)] as const;
      }),
    );
    const document = Object.fromEntries(shown);
    await context.show(document, () => formatYaml(document));
  },
});

function toShown({ charm, base, channel, constraints, ...info }: ApplicationInfo) {
  return {
    ...present({ charm, base: base && toText(base), channel, constraints }),
    principal: info.principal,
    exposed: info.exposed,
    ...present({ "exposed-endpoints": info["exposed-endpoints"] }),
    remote: info.remote,
    ...present({ life: info.life, "endpoint-bindings": info["endpoint-bindings"] }),
  };
}

function toText({ name, channel }: { readonly name: string; readonly channel: string }): string {
  return `${name}@${channel.replace(/\/stable$/, "")}`;
}
