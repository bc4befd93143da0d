/** Connections: a websocket from its first frame to its last, and the session that it is. */
import type { WebSocket } from "ws";
import type { Clock } from "#base/clock.ts";
import { isProblem } from "#base/problem.ts";
import type { Request } from "#contract/facade.ts";
import { serveConnection } from "#rpc/server.ts";
import { type Caller, refuseSecondLogin } from "./caller.ts";
import { dispatch } from "./dispatch.ts";
import type { Services, Session, Watcher } from "./session.ts";

/** After so many, a connection ends; whoever guesses passwords has to begin anew each time. */
const refusalsMax = 10;
/** Whoever has not logged in by then is taking somebody else's place. */
const loginMax = Temporal.Duration.from({ minutes: 2 });

/** Serves a connection to the controller, or to the model with the id, until it ends. */
export async function serveApi(
  services: Services,
  socket: WebSocket,
  modelUuid: string | undefined,
): Promise<void> {
  let caller: Caller = { kind: "nobody" };
  let watcherIds = 0;
  let refusals = 0;
  const watchers = new Map<string, Watcher>();
  const connection = {};
  const toSession = (signal: AbortSignal): Session => ({
    ...{ services, modelUuid, caller, connection, watchers, signal },
    nextWatcherId: () => ++watcherIds,
    async logIn(known) {
      refuseSecondLogin(caller);
      caller = known;
      if (modelUuid !== undefined) await arrive(services, modelUuid, known);
    },
  });
  const call = async (request: Request, signal: AbortSignal): Promise<unknown> => {
    try {
      return await dispatch(toSession(signal), request);
    } catch (error) {
      const isRefusal = caller.kind === "nobody" && isProblem(error, "unauthorized access");
      if (isRefusal && ++refusals >= refusalsMax) socket.close();
      throw error;
    }
  };
  const ended = new AbortController();
  void afterPatience(services.clock, ended.signal).then((isOver) => {
    if (isOver && caller.kind === "nobody") socket.terminate();
  });
  try {
    await serveConnection(socket, { service: { call }, log: services.log });
  } finally {
    ended.abort();
    if (modelUuid !== undefined) await leave(services, modelUuid, caller);
  }
}

/** Whether the time to log in is over; false when the connection has ended first. */
async function afterPatience(clock: Clock, signal: AbortSignal): Promise<boolean> {
  return clock.sleep(loginMax, signal).then(
    () => true,
    () => false,
  );
}

async function arrive({ presence }: Services, modelUuid: string, caller: Caller): Promise<void> {
  if (caller.kind === "machine") await presence.arrive(modelUuid, caller.id);
}

async function leave({ presence }: Services, modelUuid: string, caller: Caller): Promise<void> {
  if (caller.kind === "machine") await presence.leave(modelUuid, caller.id);
}
