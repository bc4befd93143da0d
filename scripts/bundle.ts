/** Makes programs of the source: one file each, with everything in it. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";

export const root = join(import.meta.dirname, "..");
/** What starts the command line program. */
export const commandLine = join(root, "dist", "jumar.cjs");

const digestLength = 16;

/** Commands and hook tools are found by their names in folders where their tests are as well. */
const withoutTests: Plugin = {
  name: "without-tests",
  setup({ onLoad }) {
    onLoad({ filter: /\.test\.ts$/ }, () => ({ contents: "export {}" }));
  },
};

/** What packages would load if it were there, and what they need to find in a bundle. */
const common: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node26",
  minify: true,
  keepNames: true,
  legalComments: "none",
  logLevel: "error",
  external: ["pg-native"],
  plugins: [withoutTests],
  define: {
    "process.env.WS_NO_BUFFER_UTIL": '"1"',
    "process.env.WS_NO_UTF_8_VALIDATE": '"1"',
  },
};

/**
 * Modules are loaded when they are needed, not when the program starts. What only some commands need
 * of packages stays with the packages, so that a command reads less.
 */
const asScript: BuildOptions = {
  format: "cjs",
  external: ["@peculiar/x509", "reflect-metadata", "tar", "yauzl", "yazl"],
  define: { ...common.define, "import.meta.dirname": "__dirname" },
};

/** May wait at the top, as the agent does. */
const asModule: BuildOptions = {
  format: "esm",
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
};

interface Bundle {
  readonly output: string;
  readonly version: string;
  /** Names of the source that stand for expressions. */
  readonly define?: Readonly<Record<string, string>>;
}

/** The command line: its program, and what starts that. */
export async function bundleCommandLine(version: string): Promise<void> {
  const program = join(root, "dist", "program.cjs");
  await bundleProgram("src/bin/jumar.ts", { output: program, version });
  const digest = createHash("sha256")
    .update(await readFile(program))
    .digest("hex");
  const known = { JUMAR_PROGRAM_DIGEST: JSON.stringify(digest.slice(0, digestLength)) };
  await bundleProgram("src/bin/start.ts", { output: commandLine, version, define: known });
}

/** Bundles the program at `entry`, a path below the root, into `output`, as the given version. */
export async function bundleProgram(
  entry: string,
  { output, version, define }: Bundle,
): Promise<void> {
  const shape = output.endsWith(".cjs") ? asScript : asModule;
  await build({
    ...common,
    ...shape,
    entryPoints: [join(root, entry)],
    outfile: output,
    define: {
      ...common.define,
      ...shape.define,
      ...define,
      JUMAR_BUILD_VERSION: JSON.stringify(version),
    },
  });
}
