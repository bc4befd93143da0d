/**
 * What charms have written down of their hooks, as a text that is the same whenever the same has
 * happened: what every hook was given first, and then each hook with what only some were given.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

export interface TracedHook {
  readonly name: string;
  readonly environment: readonly string[];
}

/** Where in a life a trace was how long. */
export interface Chapter {
  readonly title: string;
  readonly begins: number;
}

export async function readTrace(folder: string, unit: string): Promise<readonly TracedHook[]> {
  const text = await readFile(join(folder, unit.replace("/", "-")), "utf8").catch(() => "");
  return text
    .split(/^== /m)
    .slice(1)
    .map((part) => {
      const [name = "", ...environment] = part.trimEnd().split("\n");
      return { name, environment: environment.map((line) => line.replaceAll(name, "<hook>")) };
    });
}

/** `places` are what differs from one run to the next, and the names that stand for it. */
export function formatTrace(
  hooks: readonly TracedHook[],
  chapters: readonly Chapter[],
  places: Readonly<Record<string, string>>,
): string {
  const common = (hooks[0]?.environment ?? []).filter((line) =>
    hooks.every(({ environment }) => environment.includes(line)),
  );
  const lines = hooks.flatMap(({ name, environment }, index) => [
    ...chapters.filter(({ begins }) => begins === index).map(({ title }) => `\n# ${title}`),
    name,
    ...environment.filter((line) => !common.includes(line)).map((line) => `  ${line}`),
  ]);
  const text = ["# every hook", ...common, ...lines, ""].join("\n");
  return Object.entries(places).reduce((all, [found, name]) => all.replaceAll(found, name), text);
}
