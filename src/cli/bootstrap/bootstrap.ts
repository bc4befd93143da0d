/**
 * Making a controller: an instance is started with everything that a controller begins with, and
 * then the controller makes itself.
 *
 * The client's files say that there is something before there is, so that whatever is cut short can
 * be found and removed with `kill-controller`. Whoever interrupts the command gets everything
 * removed again.
 */
import { randomUUID } from "node:crypto";
import { makeAuthority } from "#base/certificates.ts";
import { hashPassword } from "#base/password.ts";
import { isProblem, messageOf, Problem } from "#base/problem.ts";
import { deriveSecret, newSecret } from "#base/secret.ts";
import { type Connection, connect } from "#client/connection.ts";
import { ModelConfig } from "#contract/model-config.ts";
import { ModelManager } from "#contract/model-manager.ts";
import { openLocal } from "#providers/local/local.ts";
import type { Provider, StartUp, StartUpFile } from "#providers/provider.ts";
import { formatAgentConf } from "#release/agent-conf.ts";
import { type Bundle, unpackBundle } from "#release/bundle.ts";
import { type ControllerConf, controllerConfPath } from "#release/controller-conf.ts";
import { currentVersion } from "#release/current.ts";
import { nameShared } from "#release/layout.ts";
import { formatBinaryName } from "#release/version.ts";
import type { Context } from "../command.ts";
import { binariesFolder, findBundle } from "../installation.ts";
import { uploadBinary } from "../upload-binary.ts";
import { localCloud, refuseImpossible, type Wish } from "./wish.ts";

const region = "localhost";
const adminName = "admin";
const machineTag = "machine-0";
const base = "ubuntu@22.04";
const answerTimeoutSeconds = 120;
const pollPause = Temporal.Duration.from({ milliseconds: 200 });

export async function bootstrapController(context: Context, wish: Wish): Promise<void> {
  const { out, files, environment } = context;
  await refuseImpossible(context, wish);
  const version = wish.version ?? currentVersion;
  const bundle = await findBundle(binariesFolder(environment), version);
  const plan = await makePlan(context, wish);
  const provider = openLocal(wish.root);
  out.note(`Creating Juju controller "${wish.name}" on ${wish.cloud}/${region}`);
  await remember(context, wish, plan);
  try {
    const instance = await startInstance(context, provider, { wish, plan, bundle });
    await using connection = await untilItAnswers(context, provider, { wish, plan, instance });
    await applySettings(context, wish, plan);
    await uploadBinary(context, { controller: wish.name, connection }, bundle);
    if (wish.isSwitching) await files.setCurrentController(wish.name);
  } catch (error) {
    await undo(context, provider, { wish, plan });
    throw error;
  }
  out.note(`Bootstrap complete, controller "${wish.name}" is now available`);
  out.note("Now you can run\n\tjumar add-model <model-name>\nto create a new model to deploy to.");
}

/** What is made by chance, once. */
interface Plan {
  readonly uuid: string;
  readonly model: string;
  readonly password: string;
  readonly conf: Omit<ControllerConf, "hosts">;
}

async function makePlan({ clock, environment }: Context, wish: Wish): Promise<Plan> {
  const [uuid, model, password] = [randomUUID(), randomUUID(), newSecret()];
  const { name, cloud, root, port } = wish;
  const authority = await makeAuthority(`Jumar CA ${uuid}`, clock.now());
  return {
    ...{ uuid, model, password },
    conf: {
      ...{ uuid, name, port: Number(port), database: environment.JUMAR_DATABASE ?? "" },
      ca: authority,
      agentSecret: newSecret(),
      cloud: { name: cloud, type: localCloud, region, root },
      bootstrap: {
        ...{ user: adminName, passwordHash: await hashPassword(password) },
        ...{ model, nonce: newSecret(), base },
      },
    },
  };
}

async function remember({ files }: Context, wish: Wish, plan: Plan): Promise<void> {
  const { name, cloud, root } = wish;
  const { uuid, model, password, conf } = plan;
  await files.saveBootstrap(name, {
    ...{ controllerModel: model, cloud, type: localCloud, region, root },
  });
  await files.saveController(name, {
    ...{ uuid, addresses: [], caCertificate: conf.ca.certificate, cloud, region },
    ...{ type: localCloud, agentVersion: wish.version ?? currentVersion },
  });
  await files.saveAccount(name, { user: adminName, password, access: "superuser" });
  const own = `${adminName}/controller`;
  await files.saveModels(name, new Map([[own, model]]));
  await files.setCurrentModel(name, own);
}

interface Parts {
  readonly wish: Wish;
  readonly plan: Plan;
  readonly bundle: Bundle;
}

interface Started {
  readonly id: string;
  /** Where the controller will answer. */
  readonly addresses: readonly string[];
}

async function startInstance(
  { out, files, signal }: Context,
  provider: Provider,
  { wish, plan, bundle }: Parts,
): Promise<Started> {
  out.progress("Starting the controller's machine");
  const key = { controller: plan.uuid, model: plan.model, machine: "0" };
  const startUp = toStartUp(plan, bundle);
  const { id, addresses } = await provider.start(key, startUp, signal);
  out.settle();
  out.note(`Started instance ${id} at ${addresses.join(", ")}`);
  const answering = addresses.map((address) => `${address}:${plan.conf.port}`);
  const known = await files.controller(wish.name);
  await files.saveController(wish.name, { ...known, addresses: answering });
  return { id, addresses: answering };
}

function toStartUp({ uuid, model, conf }: Plan, { path, manifest }: Bundle): StartUp {
  const name = formatBinaryName(manifest);
  return {
    tag: machineTag,
    binary: name,
    sharedBinary: nameShared({ name, sha256: manifest.sha256 }),
    unpackBinary: (folder) => unpackBundle(path, manifest, folder),
    files: ({ addresses, binaries, host }) => [
      secretFile(
        `agents/${machineTag}/agent.conf`,
        formatAgentConf({
          ...{ tag: machineTag, controller: uuid, model, addresses, binaries, host },
          apiAddresses: addresses.map((address) => `${address}:${conf.port}`),
          caCertificate: conf.ca.certificate,
          password: deriveSecret(conf.agentSecret, model, "0", conf.bootstrap.nonce),
        }),
      ),
      secretFile(controllerConfPath, JSON.stringify({ ...conf, hosts: addresses }, undefined, 2)),
    ],
  };
}

function secretFile(path: string, content: string): StartUpFile {
  return { path, mode: 0o600, content };
}

interface Waiting {
  readonly wish: Wish;
  readonly plan: Plan;
  readonly instance: Started;
}

/** Throws `try again` when the controller could not start, with its reason, or does not answer. */
async function untilItAnswers(
  { out, clock, signal, files }: Context,
  provider: Provider,
  { wish: { name }, plan, instance: { id, addresses } }: Waiting,
): Promise<Connection> {
  const { caCertificate } = await files.controller(name);
  const endpoint = { addresses, caCertificate, model: undefined };
  const logIn = { tag: `user-${adminName}`, password: plan.password, version: currentVersion };
  const deadline = clock.now().add({ seconds: answerTimeoutSeconds });
  for (;;) {
    try {
      return await connect(endpoint, logIn, signal);
    } catch (error) {
      if (!isProblem(error, "try again")) throw error;
      const isLate = Temporal.Instant.compare(clock.now(), deadline) > 0;
      refuseHopeless(name, { words: await provider.findLastWords(id), isLate, error });
      out.progress(`Waiting for the controller to answer at ${addresses.join(", ")}`);
    }
    await clock.sleep(pollPause, signal);
  }
}

interface Outlook {
  /** What its agent died of. */
  readonly words: string | undefined;
  readonly isLate: boolean;
  readonly error: Problem;
}

function refuseHopeless(name: string, { words, isLate, error }: Outlook): void {
  if (words === undefined && !isLate) return;
  const silence = `does not answer after ${answerTimeoutSeconds} seconds: ${error.message}`;
  const reason = words === undefined ? silence : `could not start: ${words}`;
  throw new Problem("try again", `controller "${name}" ${reason}`, { cause: error });
}

/** The controller itself knows which settings there are, and says what is wrong with one. */
async function applySettings(
  { files, signal }: Context,
  { name, settings, defaults, constraints }: Wish,
  { model, password }: Plan,
): Promise<void> {
  const { addresses, caCertificate } = await files.controller(name);
  const logIn = { tag: `user-${adminName}`, password, version: currentVersion };
  const isAsked = (given: object) => Object.keys(given).length > 0;
  if (isAsked(settings) || isAsked(constraints)) {
    await using connection = await connect({ addresses, caCertificate, model }, logIn, signal);
    const facade = connection.facade(ModelConfig, signal);
    if (isAsked(settings)) await facade.ModelSet({ config: settings });
    if (isAsked(constraints)) await facade.SetModelConstraints({ constraints });
  }
  if (!isAsked(defaults)) return;
  const whole = { addresses, caCertificate, model: undefined };
  await using connection = await connect(whole, logIn, signal);
  await connection.facade(ModelManager, signal).SetModelDefaults({ config: defaults });
}

/** Nothing is left of a controller that did not come to be. */
async function undo(
  context: Context,
  provider: Provider,
  { wish, plan }: Pick<Parts, "wish" | "plan">,
): Promise<void> {
  const { out, files } = context;
  out.settle();
  context.ifInterrupted(`Controller "${wish.name}" was removed again.`);
  out.note(`Removing what there is of controller "${wish.name}"`);
  const signal = AbortSignal.timeout(answerTimeoutSeconds * 1000);
  try {
    for (const { id } of await provider.list(plan.uuid)) await provider.stop(id, signal);
    await files.removeController(wish.name);
  } catch (error) {
    const hint = `run "jumar kill-controller ${wish.name}" to try again`;
    context.ifInterrupted(`To remove what is left, ${hint}.`);
    out.note(`It could not be removed: ${messageOf(error)}; ${hint}`);
  }
}
