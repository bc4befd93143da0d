/**
 * The whole road on this host, narrated: a controller, two related charms, a charm upgraded, the
 * controller and the model upgraded. Everything happens in a scratch folder and is gone afterwards.
 *
 *     npm run quickstart
 */
import { styleText } from "node:util";
import { messageOf } from "#base/problem.ts";
import type { StatusDocument, UnitDocument } from "#cli/status/status-document.ts";
import { currentVersion } from "#release/current.ts";
import { nextVersion } from "./next-version.ts";
import { prepareProgram } from "./prepare.ts";
import { prepareCounterCharm } from "./python.ts";
import { Scratch } from "./scratch.ts";

const greeter = "./examples/charms/greeter";

interface Road {
  readonly scratch: Scratch;
  /** Runs a command as a reader would type it, and shows what it prints. */
  run(command: string): Promise<void>;
  /** Waits until the status is as it should be. */
  until(what: string, isSo: (status: StatusDocument) => boolean): Promise<void>;
}

async function main(): Promise<void> {
  await prepareCounterCharm(tell);
  await prepareProgram([currentVersion, nextVersion], tell);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  await using scratch = await Scratch.open({ signal: stop.signal });
  try {
    await walk(roadIn(scratch));
    const { JUMAR_KEEP_SCRATCH: isKept } = scratch.environment;
    const rest = isKept ? "" : " The scratch folder is removed; nothing else was touched.";
    tell(`That was the whole road.${rest}`);
  } catch (error) {
    tell(stop.signal.aborted ? "Interrupted: cleaning up." : `It stopped: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}

async function walk({ scratch, run, until }: Road): Promise<void> {
  tell("A controller, on this host, and a model on it.");
  await run(`bootstrap local demo --data-dir ${scratch.cloud}`);
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
    Object.values(machines).every((each) => each["juju-status"]?.version === nextVersion),
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

function isActive(
  { applications }: StatusDocument,
  name: string,
  { count, message = /^/ }: Wanted,
): boolean {
  const units = Object.values(applications[name]?.units ?? {});
  const isReady = (unit: UnitDocument) =>
    unit["workload-status"]?.current === "active" &&
    message.test(unit["workload-status"].message ?? "") &&
    unit["juju-status"]?.current === "idle" &&
    unit["upgrading-from"] === undefined;
  return units.length === count && units.every(isReady);
}

function roadIn(scratch: Scratch): Road {
  return {
    scratch,
    async run(command) {
      process.stdout.write(`\n${styleText("bold", `$ jumar ${command}`)}\n`);
      await scratch.jumar(command, (piece) => process.stdout.write(piece));
    },
    async until(what, isSo) {
      process.stdout.write(styleText("dim", `  waiting until ${what} ...`));
      await scratch.until(what, async () => {
        process.stdout.write(styleText("dim", "."));
        return isSo(await scratch.status());
      });
      process.stdout.write(styleText("dim", " done\n"));
    },
  };
}

function tell(what: string): void {
  process.stdout.write(`\n${styleText("cyan", what)}\n`);
}

await main();
