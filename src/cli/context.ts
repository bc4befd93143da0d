/** What commands are given: the terminal, the client's files, and connections. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "#base/clock.ts";
import { isProblem, Problem } from "#base/problem.ts";
import { type Connection, connect } from "#client/connection.ts";
import type { ClientStore } from "#client/files/store.ts";
import { parseTagOf } from "#contract/tags.ts";
import { currentVersion } from "#release/current.ts";
import type { ParsedArguments } from "./arguments.ts";
import type { Context, NamedModel } from "./command.ts";
import type { Out } from "./out.ts";

export interface Surroundings {
  readonly out: Out;
  readonly clock: Clock;
  readonly files: ClientStore;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Takes what is to be said if the command is interrupted. */
  ifInterrupted(advice: string): void;
}

const patienceSeconds = 10;
const retryPause = Temporal.Duration.from({ milliseconds: 250 });
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function makeContext(
  surroundings: Surroundings,
  global: ParsedArguments["global"],
): Context {
  const { model, controller, format, output } = global;
  const { out, files, environment } = surroundings;
  const asked = splitModel(model ?? environment.JUJU_MODEL);
  const controllerName = async (): Promise<string> => {
    const name = controller ?? asked.controller ?? environment.JUJU_CONTROLLER;
    if (name) {
      await files.controller(name);
      return name;
    }
    const current = await files.currentController();
    if (current) return current;
    const hint = 'Please either create a new controller using "bootstrap" or switch to one.';
    throw new Problem("not found", `no controller is selected.\n\n${hint}`);
  };
  const connectController = async () => {
    const name = await controllerName();
    return open(surroundings, name, undefined);
  };
  const findModel = async () => {
    const name = await controllerName();
    return resolveModel(surroundings, { controller: name, asked: asked.model });
  };
  return {
    ...surroundings,
    format,
    isColored: out.isTerminal && output === "" && !environment.NO_COLOR,
    controllerName,
    connectController,
    of: (name) => makeContext(surroundings, { ...global, controller: name }),
    model: findModel,
    async connectModel() {
      const { controller: name, uuid, name: full } = await findModel();
      return withModelNamed(full, () => open(surroundings, name, uuid));
    },
    async show(value, tabular) {
      const rendered = await render(value, format, tabular);
      if (output === "") out.print(rendered);
      else await writeFile(output, rendered);
    },
  };
}

async function render(value: unknown, format: string, tabular: () => string): Promise<string> {
  if (format === "json") return `${JSON.stringify(value)}\n`;
  if (format !== "yaml") return tabular();
  const { formatYaml } = await import("#base/yaml.ts");
  return formatYaml(value);
}

/** As in `shop`, `admin/shop` or `demo:admin/shop`. */
function splitModel(text: string | undefined): { controller?: string; model: string | undefined } {
  if (text === undefined || text === "") return { model: undefined };
  const colon = text.indexOf(":");
  if (colon < 0) return { model: text };
  const model = text.slice(colon + 1);
  return { controller: text.slice(0, colon), model: model === "" ? undefined : model };
}

async function open(
  surroundings: Surroundings,
  controller: string,
  model: string | undefined,
): Promise<Connection> {
  const { files, signal } = surroundings;
  const [known, account] = await Promise.all([
    files.controller(controller),
    files.findAccount(controller),
  ]);
  if (account === undefined) {
    throw new Problem("unauthorized access", `not logged in to controller ${controller}`);
  }
  const { addresses, caCertificate } = known;
  if (addresses.length === 0) {
    const hint = `remove what there is with "jumar kill-controller ${controller}"`;
    throw new Problem("not found", `controller ${controller} was never finished: ${hint}`);
  }
  const logIn = {
    tag: `user-${account.user}`,
    password: account.password,
    version: currentVersion,
  };
  const endpoint = { addresses, caCertificate, model };
  const connectOnce = () => connect(endpoint, logIn, signal);
  try {
    const connection = await persistently(surroundings, controller, connectOnce);
    await noteVersion(surroundings, controller, connection);
    return {
      ...connection,
      facade: (facade, callSignal = signal) => connection.facade(facade, callSignal),
    };
  } catch (error) {
    if (isProblem(error, "try again")) throw hintAt(error, controller, known.type);
    if (!isProblem(error, "unauthorized access")) throw error;
    const reason = `cannot log in to controller ${controller} as ${account.user}: ${error.message}`;
    const hint = `who logs in, and how, is kept in ${join(files.folder, "accounts.yaml")}`;
    throw new Problem(error.code, `${reason}; ${hint}`, { cause: error });
  }
}

/** A controller may have been upgraded since, which those want to know who only look at the files. */
async function noteVersion(
  { files }: Surroundings,
  controller: string,
  { login }: Connection,
): Promise<void> {
  const agentVersion = login["server-version"];
  const known = await files.controller(controller);
  if (known.agentVersion !== agentVersion)
    await files.saveController(controller, { ...known, agentVersion });
}

/** A controller that is being upgraded is away for a moment; that is no reason to give up. */
async function persistently<T>(
  { out, clock, signal }: Surroundings,
  controller: string,
  body: () => Promise<T>,
): Promise<T> {
  const deadline = clock.now().add({ seconds: patienceSeconds });
  for (;;) {
    try {
      return await body();
    } catch (error) {
      const isOver = Temporal.Instant.compare(clock.now(), deadline) > 0;
      if (!isProblem(error, "try again") || isOver) throw error;
    }
    out.progress(
      `Controller ${controller} does not answer yet: trying for ${patienceSeconds} seconds`,
    );
    await clock.sleep(retryPause, signal);
  }
}

/** The controller of a local cloud goes down with its host, and somebody has to start it again. */
function hintAt(error: Problem, controller: string, cloud: string): Problem {
  const hint =
    cloud === "local" ? `; start it again with "jumar start-controller ${controller}"` : "";
  const message = `controller ${controller} does not answer: ${error.message}${hint}`;
  return new Problem("try again", message, { cause: error });
}

async function withModelNamed<T>(name: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (!isProblem(error, "model not found")) throw error;
    const message = `model "${name}" has been removed from the controller`;
    throw new Problem("not found", message, { cause: error });
  }
}

/** Finds the model among those that the client knows, and otherwise asks the controller. */
async function resolveModel(
  surroundings: Surroundings,
  { controller, asked }: { readonly controller: string; readonly asked: string | undefined },
): Promise<NamedModel> {
  const { files } = surroundings;
  const wanted = asked ?? (await files.currentModel(controller));
  if (wanted === undefined) {
    const hint = 'Please use "switch" to select a model, or "add-model" to make one.';
    throw new Problem("not found", `no model is selected on controller ${controller}.\n\n${hint}`);
  }
  const account = await files.findAccount(controller);
  const full = wanted.includes("/") ? wanted : `${account?.user ?? ""}/${wanted}`;
  const matches = ([name, uuid]: readonly [string, string]) => name === full || uuid === wanted;
  const known = [...(await files.models(controller))].find(matches);
  if (known) return { controller, name: known[0], uuid: known[1] };
  const listed = [...(await refreshModels(surroundings, controller))].find(matches);
  if (listed) return { controller, name: listed[0], uuid: listed[1] };
  const name = uuidPattern.test(wanted) ? wanted : full;
  throw new Problem("not found", `model ${controller}:${name} not found`);
}

/** Asks which models the user has on the controller, and remembers them. */
export async function refreshModels(
  surroundings: Surroundings,
  controller: string,
): Promise<ReadonlyMap<string, string>> {
  const { files } = surroundings;
  await using connection = await open(surroundings, controller, undefined);
  const { ModelManager } = await import("#contract/model-manager.ts");
  const user = connection.login["user-info"]?.identity ?? "";
  const { "user-models": listed } = await connection.facade(ModelManager).ListModels({ tag: user });
  const models = new Map(
    listed.map(({ model }) => [
      `${parseTagOf("user", model["owner-tag"])}/${model.name}`,
      model.uuid,
    ]),
  );
  await files.saveModels(controller, models);
  return models;
}
