/** The page of a model's settings: each with its type, its default, and whether anything heeds it. */
import { byKey } from "#base/order.ts";
import { modelSettings, type Setting } from "#domain/model/known-settings.ts";
import { code, type Page, page, table } from "./page.ts";

const intro = `
What \`model-config\` and \`model-defaults\` know, by Juju's names; those that only Jumar has start with \`agent-\`. A setting that is
not known is kept as it is, and whoever sets it hears that its name may be misspelt. \`agent-version\`, \`name\`, \`type\` and
\`uuid\` are shown and cannot be set.
`;

export function modelSettingsPage(): Page {
  const all = Object.entries(modelSettings).toSorted(byKey);
  const used = all.filter(([, { unused }]) => unused === undefined);
  const others = all.filter(([, { unused }]) => unused !== undefined);
  const origin = { title: "Model settings", from: "src/domain/model/known-settings.ts" };
  return page("model-settings", origin, [
    intro,
    table(["setting", "type", "default"], used.map(toRow)),
    "## Without effect\n\nThey are kept and shown, for scripts and clients that set them.",
    table(
      ["setting", "type", "default", "why it changes nothing"],
      others.map((each) => [...toRow(each), each[1].unused ?? ""]),
    ),
  ]);
}

function toRow([name, { type, default: standard }]: readonly [string, Setting]): string[] {
  const shown = typeof standard === "object" ? "{}" : String(standard);
  return [code(name), type, shown === "" ? "" : code(shown)];
}
