/**
 * What programs in Python need, in a folder beside them: charms their ops, or what came before it, as
 * charmcraft packs them, and clients their library.
 *
 * They are fetched with the Python that charms will find on the system's standard path, since that
 * is what runs them.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtempDisposable, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { standardPath } from "#providers/local/own-host.ts";
import { root } from "./bundle.ts";

const run = promisify(execFile);

/** A program's folder, and a package that is there when all that it requires is. */
interface PythonProgram {
  readonly folder: string;
  readonly probe: string;
}

const counter = { folder: join(root, "examples", "charms", "counter"), probe: "ops" };
const tests = join(root, "tests", "compatibility");
const reactor = { folder: join(tests, "charms", "reactor"), probe: "charms/reactive" };
const clients = { folder: join(tests, "clients"), probe: "juju" };

type Say = (text: string) => void;

/** Does nothing when it is there already. Throws when there is no Python that could do it. */
export async function prepareCounterCharm(say: Say): Promise<void> {
  await prepare(counter, say);
}

/** The charms that tests deploy, and the clients that they run. */
export async function preparePythonPrograms(say: Say): Promise<void> {
  for (const program of [counter, reactor, clients]) await prepare(program, say);
}

async function prepare({ folder, probe }: PythonProgram, say: Say): Promise<void> {
  const installed = join(folder, "venv");
  if (existsSync(join(installed, probe))) return;
  say(`Installing the Python packages of ${folder} (once) ...`);
  await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-python-"));
  const environment = join(scratch.path, "environment");
  const target = join(scratch.path, "venv");
  const env = { ...process.env, PATH: `${standardPath}:${process.env.PATH ?? ""}` };
  try {
    await run("python3", ["-m", "venv", environment], { env });
  } catch (error) {
    const hint = "install it (Debian: apt-get install python3-venv)";
    throw new Error(`Python 3 with venv is needed for programs in Python: ${hint}`, {
      cause: error,
    });
  }
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  const what = ["--target", target, "-r", join(folder, "requirements.txt")];
  await run(join(environment, "bin", "python3"), [...pip, ...what], { env });
  await rm(installed, { recursive: true, force: true });
  await run("cp", ["-r", target, `${installed}.new`]);
  await rename(`${installed}.new`, installed);
}
