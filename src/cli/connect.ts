/** Connects to controllers that the client knows, with the patience that an upgrade asks for. */
import { join } from "node:path";
import type { Clock } from "#base/clock.ts";
import { isProblem, Problem } from "#base/problem.ts";
import { type Connection, connect } from "#client/connection.ts";
import type { ClientStore } from "#client/files/store.ts";
import { currentVersion } from "#release/current.ts";
import type { Out } from "./out.ts";

/** What a connection is made with. */
export interface Means {
  readonly out: Out;
  readonly clock: Clock;
  readonly files: ClientStore;
  readonly signal: AbortSignal;
}

const patienceSeconds = 10;
const retryPause = Temporal.Duration.from({ milliseconds: 250 });

/** To a model, or to the controller itself. Throws what is wrong, and what to do. */
export async function open(
  means: Means,
  controller: string,
  model: string | undefined,
): Promise<Connection> {
  const { files, signal } = means;
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
    const connection = await persistently(means, controller, connectOnce);
    await noteVersion(means, controller, connection);
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
  { files }: Means,
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
  { out, clock, signal }: Means,
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
