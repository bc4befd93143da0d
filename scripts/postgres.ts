/**
 * A PostgreSQL cluster of the tests' own: in a temporary directory, on loopback, gone afterwards.
 *
 * The server refuses to run as root, so that root hands it to an ordinary user.
 */
import { execFile, spawn } from "node:child_process";
import { globSync } from "node:fs";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Ordinary users that Debian always has; root lends the server to one of them. */
const nobody = 65534;

export interface Cluster extends AsyncDisposable {
  readonly url: string;
}

/** Starts a cluster, or returns undefined where no server is installed. */
export async function startPostgres(): Promise<Cluster | undefined> {
  const programs = findPrograms();
  if (programs === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "jumar-postgres-"));
  const data = join(folder, "data");
  const isRoot = process.getuid?.() === 0;
  const as = isRoot ? { uid: nobody, gid: nobody } : {};
  if (isRoot) await chown(folder, nobody, nobody);
  const port = await freePort();
  const environment = { env: { ...process.env, HOME: folder, LC_ALL: "C" }, cwd: folder };
  const initdb = ["-D", data, "-U", "jumar", "--auth=trust", "-E", "UTF8", "--no-sync"];
  await run(join(programs, "initdb"), initdb, { ...as, ...environment });
  await writeFile(join(data, "postgresql.auto.conf"), settings(port, folder));
  const server = spawn(join(programs, "postgres"), ["-D", data], {
    ...as,
    ...environment,
    stdio: "ignore",
  });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  await untilReady(join(programs, "pg_isready"), port);
  return {
    url: `postgres://jumar@127.0.0.1:${port}/postgres`,
    async [Symbol.asyncDispose]() {
      server.kill("SIGINT");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function settings(port: number, folder: string): string {
  return `
listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = '${folder}'
max_connections = 200
fsync = off
`;
}

function findPrograms(): string | undefined {
  const debian = globSync("/usr/lib/postgresql/*/bin").toSorted(byNumber).toReversed();
  const onPath = (process.env.PATH ?? "").split(delimiter);
  return [...debian, ...onPath].find((folder) => globSync(join(folder, "initdb")).length > 0);
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}

async function untilReady(program: string, port: number): Promise<void> {
  const triesMax = 100;
  for (let tries = 0; tries < triesMax; tries++) {
    const isReady = await run(program, ["-h", "127.0.0.1", "-p", `${port}`]).then(
      () => true,
      () => false,
    );
    if (isReady) return;
    await sleep(100);
  }
  throw new Error("PostgreSQL did not start");
}
