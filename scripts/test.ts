/**
 * Runs the tests: all of them, or the files that are named. Starts what they need first.
 *
 *     npm test
 *     npm test -- src/store/store.test.ts
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { currentVersion } from "#release/current.ts";
import { nextVersion } from "./next-version.ts";
import { startPostgres } from "./postgres.ts";
import { prepareProgram } from "./prepare.ts";
import { preparePythonPrograms } from "./python.ts";

const all = ["src/**/*.test.ts", "tests/**/*.test.ts"];

/** A test that hangs is a failure with a name, not a suite without an end. */
const testTimeoutMs = 240_000;

/** Many tests wait for a hook or a lease, while others can go on. */
const concurrency = availableParallelism();

async function main(files: readonly string[]): Promise<number> {
  await preparePythonPrograms(say);
  await prepareProgram([currentVersion, nextVersion], say);
  await using postgres = await startPostgres();
  if (postgres === undefined) noPostgres();
  const environment = { ...process.env, JUMAR_TEST_POSTGRES: postgres?.url };
  const flags = [`--test-timeout=${testTimeoutMs}`, `--test-concurrency=${concurrency}`];
  const args = ["--test", ...flags, ...(files.length > 0 ? files : all)];
  const tests = spawn(process.execPath, args, { env: environment, stdio: "inherit" });
  return await new Promise((resolve) => tests.once("exit", (code) => resolve(code ?? 1)));
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function noPostgres(): void {
  if (process.env.CI !== undefined) throw new Error("CI tests on PostgreSQL too: install it");
  process.stderr.write(`
No PostgreSQL server is installed here, so what the tests would check on it is SKIPPED.
Install it to check both engines (Debian: apt-get install postgresql).

`);
}

process.exitCode = await main(process.argv.slice(2));
