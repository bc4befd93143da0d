/** show-unit: what units know of their relations, and what is known of them. */
import { UsageError } from "#base/usage.ts";
import { formatYaml } from "#base/yaml.ts";
import { Application, type UnitInfo } from "#contract/application.ts";
import { toTag } from "#contract/tags.ts";
import { command, flag, textOr } from "../command.ts";
import { present } from "../without-empty.ts";

export default command({
  summary: "Displays information about a unit.",
  details: `
Shows the unit's machine, ports and charm, and for each of its relations the settings that the other
side has written, and its own.
`,
  examples: [
    "jumar show-unit greeter/0",
    "jumar show-unit greeter/0 --endpoint visits --format json",
    "jumar show-unit greeter/0 --related-unit counter/0",
    "jumar show-unit greeter/0 --app",
  ],
  seeAlso: ["show-application", "suspend-relation", "status"],
  positionals: ["[units...]"],
  options: {
    app: flag("Show only what applications have written, and not their units"),
    endpoint: textOr("", "Show only relations of this endpoint"),
    "related-unit": textOr("", "Show only what this unit has written"),
  },
  scope: "model",
  formats: ["yaml", "json", "smart"],

  async run({ units, app, endpoint, ...args }, context) {
    if (units.length === 0) throw new UsageError("an unit name must be supplied");
    const wrong = units.find((name) => !/^[a-z][a-z0-9-]*\/\d+$/.test(name));
    if (wrong !== undefined) throw new UsageError(`unit name "${wrong}" not valid`);
    const wish = { isOfApplications: app, endpoint, relatedUnit: args["related-unit"] };
    await using connection = await context.connectModel();
    const facade = connection.facade(Application);
    const shown = await Promise.all(
      units.map(async (name) => {
        const { result } = await facade.UnitsInfo({ tag: toTag("unit", name) });
        return [name, toShown(name, result, wish)] as const;
      }),
    );
    const document = Object.fromEntries(shown);
    await context.show(document, () => formatYaml(document));
  },
});

interface Wish {
  readonly isOfApplications: boolean;
  readonly endpoint: string;
  readonly relatedUnit: string;
}

function toShown(name: string, info: UnitInfo, wish: Wish) {
  const { machine, charm, leader = false, life, address } = info;
  const relations = (info["relation-data"] ?? []).filter(
    ({ endpoint }) => wish.endpoint === "" || wish.endpoint === endpoint,
  );
  return {
    ...present({ "workload-version": info["workload-version"], machine }),
    "opened-ports": info["opened-ports"],
    ...present({ "public-address": info["public-address"] }),
    ...{ charm, leader },
    ...present({
      life,
      "relation-info": relations.map((each) => toRelation(name, each, wish)),
      "provider-id": info["provider-id"],
      address,
    }),
  };
}

type Relation = NonNullable<UnitInfo["relation-data"]>[number];

function toRelation(name: string, relation: Relation, wish: Wish) {
  const { [name]: own, ...others } = relation["unit-relation-data"];
  const related = Object.entries(others).filter(
    ([unit]) => wish.relatedUnit === "" || wish.relatedUnit === unit,
  );
  const units = {
    "local-unit": own && wish.relatedUnit === "" ? toUnit(own) : undefined,
    "related-units": Object.fromEntries(related.map(([unit, each]) => [unit, toUnit(each)])),
  };
  return {
    ...{ "relation-id": relation["relation-id"], endpoint: relation.endpoint },
    ...(relation["cross-model"] ? { "cross-model": true } : {}),
    "related-endpoint": relation["related-endpoint"],
    "application-data": relation.ApplicationData,
    ...(wish.isOfApplications ? {} : present(units)),
  };
}

function toUnit({ InScope, UnitData }: Relation["unit-relation-data"][string]) {
  return { "in-scope": InScope, data: UnitData };
}
