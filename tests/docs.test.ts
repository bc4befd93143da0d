/** Holds the documents to the program: what they tell readers to type is something that one can type. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { messageOf } from "#base/problem.ts";
import { parseArguments } from "#cli/arguments.ts";
import { loadCommand } from "#cli/load.ts";
import { root } from "../scripts/bundle.ts";
import { anchor } from "../scripts/reference/page.ts";

const documents = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
  { cwd: root, encoding: "utf8" },
)
  .split("\n")
  .filter((file) => file !== "" && existsSync(join(root, file)))
  .map((file) => ({ file, lines: read(file).split("\n") }));

interface Line {
  readonly file: string;
  readonly line: string;
}

/** The lines inside of code blocks, fenced or indented. */
const code = documents.flatMap(({ file, lines }) => codeOf(lines).map((line) => ({ file, line })));
const text = documents.flatMap(({ file, lines }) => textOf(lines).map((line) => ({ file, line })));

test("the documents have commands to hold", () => {
  assert.ok(code.filter(isCommand).length > 50);
  assert.ok(inline().length > 50);
});

test("a command in a code block is one that the command line takes, with its options", async () => {
  const refused: string[] = [];
  for (const { file, line } of code.filter(isCommand)) {
    const [name = "", ...words] = wordsOf(line);
    try {
      parseArguments(await loadCommand(name), words);
    } catch (error) {
      refused.push(`${file}: ${line.trim()}: ${messageOf(error)}`);
    }
  }
  assert.deepEqual(refused, []);
});

test("a command that is named within a sentence is one that there is", async () => {
  const refused: string[] = [];
  for (const { file, name } of inline()) {
    await loadCommand(name).catch((error) => refused.push(`${file}: ${messageOf(error)}`));
  }
  assert.deepEqual(refused, []);
});

test("a script that readers are told to run is one of the project's", () => {
  const { scripts } = JSON.parse(read("package.json"));
  const named = [...code, ...text].flatMap(({ file, line }) =>
    Array.from(line.matchAll(/\bnpm run ([a-z][a-z:-]*)/g), ([, name = ""]) => ({ file, name })),
  );
  assert.ok(named.length > 10);
  assert.deepEqual(
    named.filter(({ name }) => !Object.hasOwn(scripts, name)),
    [],
  );
});

test("a file of the source that is named is there", () => {
  const named = [...code, ...text].flatMap(({ file, line }) =>
    Array.from(
      line.matchAll(/(?<![\w./-])(?:src|scripts|tests|bench)\/[\w./-]*\.(?:ts|sh|pl|md)\b/g),
      ([path]) => ({ file, path }),
    ),
  );
  assert.ok(named.length > 20);
  const isExample = (path: string) => /\/[A-Z]+[/.]/.test(path);
  assert.deepEqual(
    named.filter(({ path }) => !isExample(path) && !existsSync(join(root, path))),
    [],
  );
});

test("the points at which a wrench can be put are those in the source", () => {
  const sources = globSync("src/**/*.ts", { cwd: root, exclude: ["**/*.test.ts", "**/.tsc/**"] });
  const points = sources.flatMap((file) =>
    Array.from(read(file).matchAll(/\bwrench\.at\("([^"]+)"\)/g), ([, point = ""]) => point),
  );
  const [, section = ""] = /### The wrench\n([\s\S]*?)\n## /.exec(read("HACKING.md")) ?? [];
  const told = Array.from(section.matchAll(/^\| `([a-z-]+)` \|/gm), ([, point = ""]) => point);
  assert.deepEqual(new Set(told), new Set(points));
});

test("a link to a heading leads to one that is there", () => {
  const links = text.flatMap(({ file, line }) =>
    Array.from(
      line.matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g),
      ([, to = "", heading = ""]) => ({ to: to === "" ? file : join(dirname(file), to), heading }),
    ),
  );
  assert.ok(links.length > 20);
  assert.deepEqual(
    links.filter(({ to, heading }) => !headingsOf(to).has(heading)),
    [],
  );
});

function isCommand({ line }: Line): boolean {
  return commandPattern.test(line) && !line.includes("[options]");
}

/** At the start of a line, after a prompt or variables of the environment, if there are any. */
const commandPattern = /^\s*(?:\$ )?(?:[A-Z_]+=\S+ )*(?:bin\/)?(?:jumar|juju) ([a-z].*)$/;

/** Up to where the shell goes on with something else. */
function wordsOf(line: string): string[] {
  const [, typed = ""] = commandPattern.exec(line) ?? [];
  const [command = ""] = typed.split(/\s(?:[|>;&#]|2>)/);
  return command.trim().split(/\s+/);
}

/** Commands in code within sentences, as in `jumar status`. */
function inline(): { readonly file: string; readonly name: string }[] {
  return text.flatMap(({ file, line }) =>
    Array.from(line.matchAll(/`(?:jumar|juju) ([a-z][a-z-]*)[^`]*`/g), ([, name = ""]) => ({
      file,
      name,
    })),
  );
}

function codeOf(lines: readonly string[]): string[] {
  return sort(lines).flatMap(({ line, isCode }) => (isCode ? [line] : []));
}

function textOf(lines: readonly string[]): string[] {
  return sort(lines).flatMap(({ line, isCode }) => (isCode ? [] : [line]));
}

function sort(lines: readonly string[]) {
  let isFenced = false;
  return lines.map((line) => {
    const isFence = /^\s*```/.test(line);
    if (isFence) isFenced = !isFenced;
    return { line, isCode: !isFence && (isFenced || line.startsWith("    ")) };
  });
}

function headingsOf(file: string): ReadonlySet<string> {
  const { lines = [] } = documents.find((each) => each.file === file) ?? {};
  const headings = textOf(lines).flatMap((line) => /^#+ (.*)$/.exec(line)?.[1] ?? []);
  return new Set(headings.map(anchor));
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}
