/**
 * Starts the command line, with the code that V8 compiled when the same command ran before.
 *
 * Most commands are over in the time that compiling them takes. Node's own cache keeps what is
 * compiled while a file is loaded; this one keeps what a command has really run. It is no more than
 * a cache: without it, a command takes a few milliseconds longer.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";

/** Written in when this is built: V8 knows a program only by its length. */
declare const JUMAR_PROGRAM_DIGEST: string;

const programPath = join(import.meta.dirname, "program.cjs");
const parameters = ["exports", "require", "module", "__dirname"];

/** As in `~/.cache/jumar/status.0123456789abcdef`. */
function chooseCache(): string {
  const [, , word = ""] = process.argv;
  const command = /^[a-z][a-z-]*$/.test(word) ? word : "help";
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(caches, "jumar", `${command}.${JUMAR_PROGRAM_DIGEST}`);
}

function readCache(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** In one step, and instead of what earlier programs have left of the command. */
function writeCache(path: string, content: Uint8Array): void {
  const scratch = `${path}.${process.pid}`;
  const [folder, name] = [dirname(path), basename(path)];
  try {
    for (const each of [dirname(folder), folder]) makeFolder(each);
    writeFileSync(scratch, content, { mode: 0o600, flag: "wx" });
    renameSync(scratch, path);
    const ofCommand = name.slice(0, name.indexOf(".") + 1);
    for (const other of readdirSync(folder)) {
      if (other.startsWith(ofCommand) && other !== name) rmSync(join(folder, other));
    }
  } catch {
    // A home that cannot be written to, or is full: the next command compiles again.
  }
}

/** Where there is no home, none is made. */
function makeFolder(path: string): void {
  if (!existsSync(path)) mkdirSync(path, { mode: 0o700 });
}

const cachePath = chooseCache();
const source = readFileSync(programPath, "latin1"); // the bundler writes nothing but ASCII
const cachedData = readCache(cachePath);
const script = new Script(`(function (${parameters.join(", ")}) {${source}\n})`, {
  filename: programPath,
  ...(cachedData && { cachedData }),
});
process.once("exit", (status) => {
  const isNew = cachedData === undefined || script.cachedDataRejected;
  if (isNew && status === 0) writeCache(cachePath, script.createCachedData());
});
const program = { exports: {} };
const require = createRequire(programPath);
script.runInThisContext()(program.exports, require, program, dirname(programPath));
