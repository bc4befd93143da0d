/** Keeps the house as STYLE.md wants it, where neither the compiler nor the linter looks. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");
const linesMax = 300;
const bytesMax = 200_000;

/** What is in the repository, and what is about to be. */
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => statSync(join(root, file), { throwIfNoEntry: false })?.isFile());
const sources = files.filter((file) => file.endsWith(".ts"));
const tests = sources.filter((file) => file.endsWith(".test.ts"));
const product = sources.filter((file) => file.startsWith("src/") && !isForTests(file));

test(`a file of the product has at most ${linesMax} lines`, () => {
  const long = product.filter((file) => read(file).trimEnd().split("\n").length > linesMax);
  assert.deepEqual(long, []);
});

test("a file of the product begins with what it is for", () => {
  assert.deepEqual(
    product.filter((file) => !read(file).startsWith("/**")),
    [],
  );
});

test("a file is named in kebab-case, and for what it holds", () => {
  const wellNamed = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test)?\.ts$/;
  const vague = /^(?:helpers?|index|misc|types|utils?)\.ts$/;
  const strays = sources.map((file) => basename(file));
  assert.deepEqual(
    strays.filter((name) => !wellNamed.test(name) || vague.test(name)),
    [],
  );
});

test("a leaf that is found by its name has a default export, and nothing else has", () => {
  const leaves = /^src\/(?:agent\/hook-tools|cli\/commands|controller\/(?:facades|workers))\//;
  const strays = product.filter(
    (file) => leaves.test(file) !== /^export default /m.test(read(file)),
  );
  assert.deepEqual(strays, []);
});

test("nothing but bin/ ends the process", () => {
  const enders = product.filter((file) => /\bprocess\.exit\b/.test(read(file)));
  assert.deepEqual(
    enders.filter((file) => !file.startsWith("src/bin/")),
    [],
  );
});

test("what is made for tests is imported by tests alone", () => {
  const importers = product.filter((file) =>
    /(?:from |import\()"[^"]*testing\.ts"/.test(read(file)),
  );
  assert.deepEqual(importers, []);
});

test("every test says in a sentence of its own what is true of the product", () => {
  for (const file of tests) {
    const names = Array.from(read(file).matchAll(/\btest\(\s*"([^"]+)"/g), ([, name = ""]) => name);
    assert.deepEqual(
      names.filter((name, at) => names.indexOf(name) !== at),
      [],
      `${file} has a name twice`,
    );
    const words = /\b(?:should|correctly|properly|as expected)\b/i;
    const vague = names.filter((name) => words.test(name) || name.split(" ").length < 3);
    assert.deepEqual(vague, [], file);
  }
});

test("no test is left out or alone", () => {
  const strays = tests.filter((file) => /\b(?:test|it|describe)\.(?:only|todo)\(/.test(read(file)));
  assert.deepEqual(strays, []);
});

test("nothing is put off in a comment", () => {
  assert.deepEqual(containing(/\b(?:T[O]DO|FI[X]ME|X{3})\b/), []);
});

test("no file names the host of a package registry or a place on somebody's own machine", () => {
  const host = /registry\.npm|\b(?:npmjs|yarnpkg|pypi|pythonhosted)\.[a-z]{2}/;
  const place = /\/(?:home|Users)\/[a-z]/;
  assert.deepEqual([...containing(host), ...containing(place)], []);
});

test("the lock file says what is installed, with its checksum, and leaves open from where", () => {
  const installed = Object.entries(lockedPackages()).filter(([path]) => path !== "");
  assert.deepEqual(
    installed.filter(([, { resolved }]) => resolved !== undefined),
    [],
  );
  assert.deepEqual(
    installed.filter(([, each]) => isForOurMachines(each) && !each.integrity),
    [],
  );
});

test("the lock file names what packages bring for other machines too, or nothing is installed", () => {
  const locked = lockedPackages();
  const brought = Object.values(locked).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies),
  );
  assert.deepEqual(
    brought.filter((name) => !Object.hasOwn(locked, `node_modules/${name}`)),
    [],
  );
});

interface LockedPackage {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function lockedPackages(): Readonly<Record<string, LockedPackage>> {
  return JSON.parse(read("package-lock.json")).packages;
}

function isForOurMachines({ os, cpu, libc }: LockedPackage): boolean {
  const fits = (all: readonly string[] | undefined, ...ours: string[]) =>
    all === undefined || ours.some((each) => all.includes(each));
  return fits(os, "linux") && fits(cpu, "x64", "arm64") && fits(libc, "glibc");
}

test("every dependency has one exact version", () => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json"));
  const versions = Object.entries({ ...dependencies, ...devDependencies });
  assert.deepEqual(
    versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version))),
    [],
  );
});

test(`a file has at most ${bytesMax} bytes, and ends with a newline`, () => {
  const strays = files.filter((file) => {
    const { size } = statSync(join(root, file));
    return size > bytesMax || (size > 0 && isText(file) && !read(file).endsWith("\n"));
  });
  assert.deepEqual(strays, []);
});

test("a link of a document leads to a file that is there", () => {
  const links = files.filter((file) => file.endsWith(".md")).flatMap(linksOf);
  assert.deepEqual(
    links.filter(({ to }) => !existsSync(join(root, to))),
    [],
  );
});

function isForTests(file: string): boolean {
  return file.endsWith(".test.ts") || basename(file) === "testing.ts";
}

function isText(file: string): boolean {
  return !/\.(?:gif|png|ico|webp|zip|charm)$/.test(file);
}

function containing(pattern: RegExp): readonly string[] {
  return files.filter((file) => isText(file) && pattern.test(read(file)));
}

/** Where a document's links lead within the repository. */
function linksOf(file: string): { file: string; to: string }[] {
  const targets = Array.from(read(file).matchAll(/\]\(([^)\s#]+)[^)]*\)/g), ([, to = ""]) => to);
  return targets
    .filter((to) => !/^[a-z]+:/.test(to))
    .map((to) => ({ file, to: join(dirname(file), to) }));
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}
