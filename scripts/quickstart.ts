/**
 * The whole road on this host, narrated: a controller, two related charms, a charm upgraded, the
 * controller and the model upgraded. Everything happens in a scratch folder and is gone afterwards.
 *
 *     npm run quickstart
 */
import { spawn } from "node:child_process";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { styleText } from "node:util";
import { messageOf } from "#base/problem.ts";
import { currentVersion } from "#release/current.ts";
import { parseVersion } from "#release/version.ts";
import { root } from "./bundle.ts";
import { prepareProgram } from "./prepare.ts";
import { prepareCounterCharm } from "./python.ts";

const { major, minor, patch } = parseVersion(currentVersion);
const nextVersion = `${major}.${minor}.${patch + 1}`;
const greeter = "./examples/charms/greeter";
const patienceMs = 120_000;
const pollMs = 500;

interface Road {
  /** Runs a command as a reader would type it, and shows what it prints. */
  run(command: string): Promise<string>;
  /** Waits until the status is as it should be. */
  until(what: string, isSo: (status: Status) => boolean): Promise<void>;
}

interface Status {
  readonly machines: Readonly<Record<string, Machine>>;
  readonly applications: Readonly<Record<string, Application>>;
}

interface Machine {
  readonly "juju-status": { readonly version?: string };
}

interface Application {
  readonly units?: Readonly<Record<string, Unit>>;
}

interface Unit {
  readonly "workload-status": { readonly current: string; readonly message?: string };
  readonly "juju-status": { readonly current: string };
  readonly "upgrading-from"?: string;
}

async function main(): Promise<void> {
  await prepareCounterCharm(tell);
  await prepareProgram([currentVersion, nextVersion], tell);
  await using scratch = await mkdtempDisposable(join(tmpdir(), "jumar-quickstart-"));
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const road = startRoad(scratch.path, stop.signal);
  try {
    await walk(road, scratch.path);
    tell("That was the whole road. The scratch folder is removed; nothing else was touched.");
  } catch (error) {
    tell(stop.signal.aborted ? "Interrupted: cleaning up." : `It stopped: ${messageOf(error)}`);
    process.exitCode = 1;
    const cleaning = startRoad(scratch.path, new AbortController().signal);
    await cleaning.run("kill-controller demo --no-prompt").catch(() => {});
  }
}

async function walk({ run, until }: Road, scratch: string): Promise<void> {
  tell("A controller, on this host, and a model on it.");
  await run(`bootstrap local demo --data-dir ${join(scratch, "machines")}`);
  await run("add-model shop");

  tell("Two charms, one in bash and one in Python, that have something to tell each other.");
  await run(`deploy ${greeter}`);
  await run("deploy ./examples/charms/counter");
  await run("integrate greeter counter");
  await until("both are active", (status) =>
    ["greeter", "counter"].every((name) => isActive(status, name, { count: 1 })),
  );
  await run("config greeter greeting=Salut");
  await run("add-unit greeter -n 2");
  const salut = { count: 3, message: /^Salut / };
  await until("three greeters say Salut", (status) => isActive(status, "greeter", salut));
  await run("status");

  tell("The charm's next revision. Each unit switches in one step and keeps what its hooks wrote.");
  await run(`upgrade-charm greeter --path ${greeter}-2`);
  const upgraded = { count: 3, message: /^Salut! / };
  await until("all greeters run the new charm", (status) => isActive(status, "greeter", upgraded));
  await run("rollouts");

  tell(`The agents: the controller goes to ${nextVersion} first, then the model.`);
  await run(`upgrade-model -m controller --agent-version ${nextVersion}`);
  await run("rollouts -m controller");
  await run("upgrade-model");
  await until(`every agent runs ${nextVersion}`, ({ machines }) =>
    Object.values(machines).every((each) => each["juju-status"].version === nextVersion),
  );
  await run("rollouts");
  await run("status");

  tell("And everything goes again.");
  await run("remove-application greeter --no-prompt");
  await run("destroy-model shop --no-prompt");
  await run("destroy-controller demo --no-prompt");
}

interface Wanted {
  readonly count: number;
  readonly message?: RegExp;
}

function isActive({ applications }: Status, name: string, { count, message }: Wanted): boolean {
  const units = Object.values(applications[name]?.units ?? {});
  const isReady = (unit: Unit) =>
    unit["workload-status"].current === "active" &&
    (message === undefined || message.test(unit["workload-status"].message ?? "")) &&
    unit["juju-status"].current === "idle" &&
    unit["upgrading-from"] === undefined;
  return units.length === count && units.every(isReady);
}

function startRoad(scratch: string, signal: AbortSignal): Road {
  const environment = { ...process.env, JUJU_DATA: join(scratch, "client") };
  const run = async (command: string): Promise<string> => {
    process.stdout.write(`\n${styleText("bold", `$ jumar ${command}`)}\n`);
    return jumar(command, { environment, isShown: true, signal });
  };
  const until = async (what: string, isSo: (status: Status) => boolean): Promise<void> => {
    const deadline = performance.now() + patienceMs;
    process.stdout.write(styleText("dim", `  waiting until ${what} ...`));
    for (;;) {
      const showing = { environment, isShown: false, signal };
      if (isSo(JSON.parse(await jumar("status --format json", showing)))) break;
      if (performance.now() > deadline) {
        throw new Error(`not so after ${patienceMs / 1000} seconds: ${what}`);
      }
      process.stdout.write(styleText("dim", "."));
      await sleep(pollMs, undefined, { signal });
    }
    process.stdout.write(styleText("dim", " done\n"));
  };
  return { run, until };
}

interface Showing {
  readonly environment: NodeJS.ProcessEnv;
  readonly isShown: boolean;
  readonly signal: AbortSignal;
}

async function jumar(command: string, showing: Showing): Promise<string> {
  const { environment, isShown, signal } = showing;
  signal.throwIfAborted();
  const child = spawn(join(root, "bin", "jumar"), command.split(" "), {
    cwd: root,
    env: environment,
    stdio: ["ignore", "pipe", isShown ? "inherit" : "ignore"],
  });
  if (isShown) child.stdout.on("data", (piece) => process.stdout.write(piece));
  const ended = new Promise<number>((resolve) => {
    child.once("exit", (status) => resolve(status ?? 1));
  });
  const output = await text(child.stdout);
  if ((await ended) !== 0) throw new Error(`"jumar ${command}" failed`);
  return output;
}

function tell(what: string): void {
  process.stdout.write(`\n${styleText("cyan", what)}\n`);
}

await main();
