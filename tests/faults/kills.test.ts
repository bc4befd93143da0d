/**
 * The road, walked while somebody kills programs at random: the controller, agents and launchers.
 *
 * A command may fail when the controller dies under it; whoever typed it looks whether it was done,
 * and otherwise types it again. `JUMAR_FAULT_SEEDS=3,4,5` says which sequences of kills to try.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { StatusDocument } from "#cli/status/status-document.ts";
import { nextVersion } from "../../scripts/next-version.ts";
import type { Scratch } from "../../scripts/scratch.ts";
import { bootstrapped, hooksThatEnded, writeRecorder } from "../journeys/cloud.ts";
import { killAtRandom, type Step, walk } from "./killer.ts";

const seeds = (process.env.JUMAR_FAULT_SEEDS ?? "1").split(",").map(Number);
const killsMax = 14;
const volatile = [
  ...["since", "timestamp", "instance-id", "dns-name", "ip-addresses"],
  ...["charm", "charm-rev"],
];
const units = ["listener/0", "teller/0", "teller/1", "teller/2"];

/** What the teller was told to say, to whoever listens. */
const tell = `
for relation in $(relation-ids talk); do
  relation-set -r "$relation" word="$(config-get word)"
done
status-set active "edition $(cat edition)"
`;

const hear = `
case $hook in
  talk-relation-changed) status-set active "heard $(relation-get word)" ;;
  install) status-set active "listening" ;;
esac
`;

const settings = `
options:
  word:
    type: string
    default: Hello
`;

/** The steps, each with how somebody sees that it has been taken. */
async function stepsOf(scratch: Scratch): Promise<readonly Step[]> {
  const metadata = "provides:\n  talk:\n    interface: talk\n";
  const files = { "config.yaml": settings };
  const teller = { name: "teller", metadata, script: tell };
  const [first, second, listener] = [
    await writeRecorder(scratch, { ...teller, files: { ...files, edition: "1", version: "1" } }),
    await writeRecorder(scratch, {
      ...teller,
      files: { ...files, edition: "2", version: "2", added: "" },
    }),
    await writeRecorder(scratch, {
      ...{ name: "listener", script: hear },
      metadata: "requires:\n  talk:\n    interface: talk\n",
    }),
  ];
  const seen = (isSo: (status: StatusDocument) => boolean) => async () =>
    isSo(await scratch.status());
  return [
    { command: `deploy ${first}`, isDone: seen(({ applications: { teller } }) => !!teller) },
    { command: `deploy ${listener}`, isDone: seen(({ applications: all }) => !!all.listener) },
    {
      command: "integrate teller listener",
      isDone: seen(({ applications: all }) => !!all.teller?.relations?.talk),
    },
    {
      command: "config teller word=Salut",
      isDone: async () => (await scratch.jumar("config teller word")).trim() === "Salut",
    },
    {
      command: "add-unit teller -n 2",
      isDone: seen(({ applications: all }) => Object.keys(all.teller?.units ?? {}).length === 3),
    },
    {
      command: `upgrade-charm teller --path ${second}`,
      isDone: seen(({ applications: all }) => all.teller?.["charm-version"] === "2"),
    },
    {
      command: "upgrade-controller",
      isDone: async () => (await scratch.status("-m", "controller")).model.version === nextVersion,
    },
    { command: "upgrade-model", isDone: seen(({ model }) => model.version === nextVersion) },
  ];
}

/**
 * How it is in the end, without what differs from one controller to the next. A charm that was sent
 * before the controller died under its deployment is sent again, and has a revision of its own.
 */
async function finalState(scratch: Scratch): Promise<unknown> {
  return await scratch.until("the model is as it should be", async () => {
    const status = await scratch.status().catch(() => undefined);
    if (status === undefined || !hasArrived(status)) return undefined;
    const isKept = (key: string) => !volatile.includes(key) && !key.endsWith("-address");
    return JSON.parse(JSON.stringify(status, (key, value) => (isKept(key) ? value : undefined)));
  });
}

function hasArrived({ model, machines, applications }: StatusDocument): boolean {
  const all = Object.values(applications).flatMap(({ units: own }) => Object.values(own ?? {}));
  const messages = all.map((unit) => unit["workload-status"]?.message);
  return (
    model["model-status"]?.message === undefined &&
    messages.toSorted().join() === "edition 2,edition 2,edition 2,heard Salut" &&
    all.every((unit) => unit["juju-status"]?.current === "idle") &&
    Object.values(machines).every(
      (machine) =>
        machine["juju-status"]?.current === "started" &&
        machine["juju-status"].version === nextVersion,
    )
  );
}

let undisturbed: unknown;

test("the road has an end", async () => {
  await using scratch = await bootstrapped();
  await walk(scratch, await stepsOf(scratch));
  undisturbed = await finalState(scratch);
});

for (const seed of seeds) {
  test(`whoever dies on the way, it has the same end, and no hook runs again (seed ${seed})`, async (t) => {
    await using scratch = await bootstrapped();
    const stop = new AbortController();
    const killing = killAtRandom(scratch, { seed, killsMax, hooks: false }, stop.signal);
    await walk(scratch, await stepsOf(scratch));
    const state = await finalState(scratch);
    stop.abort();
    const killed = await killing;
    t.diagnostic(`killed ${killed.programs.length} programs`);
    assert.deepEqual(await finalState(scratch), state);
    assert.deepEqual(state, undisturbed);
    for (const unit of units) {
      const once = (await hooksThatEnded(scratch, unit)).filter(
        (hook) =>
          /^(?:install|start|upgrade-charm|leader-elected)/.test(hook) || /joined/.test(hook),
      );
      assert.deepEqual(once, [...new Set(once)], `${unit} ran a hook twice`);
    }
  });
}
