/** The page of layers, from the table that the tests hold the source to. */
import { layers } from "../../tests/layers.ts";
import { code, type Page, page, table } from "./page.ts";

const intro = `
Each folder of \`src/\` is a layer. A layer imports only those in its row, and uses only those packages;
\`tests/architecture.test.ts\` holds every import to it. [ARCHITECTURE.md](../../ARCHITECTURE.md) says how they work together.
`;

export function layersPage(): Page {
  const rows = Object.entries(layers).map(([name, { purpose, imports, packages = [] }]) => [
    `[${name}](../../src/${name})`,
    purpose,
    imports.join(", "),
    packages.map(code).join(", "),
  ]);
  const header = ["layer", "what lives there", "may import", "packages"];
  return page("layers", { title: "Layers", from: "tests/layers.ts" }, [intro, table(header, rows)]);
}
