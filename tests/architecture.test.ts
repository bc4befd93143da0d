/** Keeps the layers of `src/` pointing one way: the table in `layers.ts` holds for every import. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { layers } from "./layers.ts";

const root = join(import.meta.dirname, "..");
const present = globSync("src/*/tsconfig.json", { cwd: root }).map((path) => layerOf(path) ?? path);

test("every layer has a row, and every row a layer", () => {
  assert.deepEqual(new Set(present), new Set(Object.keys(layers)));
});

test("a layer imports only the layers in its row", () => {
  const strays = imports().filter(
    ({ from, to }) => to !== undefined && to !== from && !layers[from]?.imports.includes(to),
  );
  assert.deepEqual(strays, []);
});

test("a package is used only by the layers that may", () => {
  const strays = imports().filter(
    ({ from, to, specifier }) =>
      to === undefined &&
      !specifier.startsWith("node:") &&
      !layers[from]?.packages?.includes(specifier),
  );
  assert.deepEqual(strays, []);
});

test("each layer's references are its row", () => {
  for (const layer of present) {
    const { references = [] } = readJson(`src/${layer}/tsconfig.json`);
    const referenced = references.map(({ path }) => path.replace("../", ""));
    assert.deepEqual(referenced.toSorted(), layers[layer]?.imports.toSorted(), layer);
  }
});

interface Import {
  readonly file: string;
  readonly from: string;
  /** The layer that is imported, or undefined for a package. */
  readonly to: string | undefined;
  readonly specifier: string;
}

/** The imports of the product's own code; tests may import more than their layer. */
function imports(): Import[] {
  const files = globSync("src/**/*.ts", {
    cwd: root,
    exclude: ["**/.tsc/**", "**/*.test.ts", "**/testing.ts"],
  });
  return files.flatMap((file) =>
    specifiers(readFileSync(join(root, file), "utf8")).map((specifier) => ({
      file,
      from: layerOf(file) ?? file,
      to: layerOf(toPath(file, specifier)),
      specifier,
    })),
  );
}

function specifiers(source: string): string[] {
  const pattern = /(?:\bfrom |^import |^declare module |\bimport\()"([^"]+)"/gm;
  return Array.from(source.matchAll(pattern), ([, specifier]) => specifier ?? "");
}

function toPath(file: string, specifier: string): string {
  if (specifier.startsWith("#")) return `src/${specifier.slice(1)}`;
  return specifier.startsWith(".") ? join(dirname(file), specifier) : specifier;
}

function layerOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

function readJson(path: string): { readonly references?: readonly { readonly path: string }[] } {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}
