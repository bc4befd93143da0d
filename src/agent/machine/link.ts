/**
 * The link to the controller: one connection for everything on the machine, opened again when it
 * is lost.
 *
 * When a controller comes back, all its agents want to connect at once; each waits a time of its
 * own, longer each time it is in vain.
 */
import { settledOrAborted } from "#base/abort.ts";
import { type Backoff, backoffDelay } from "#base/backoff.ts";
import type { Clock } from "#base/clock.ts";
import type { Log } from "#base/log.ts";
import { isProblem, messageOf, Problem } from "#base/problem.ts";
import { type Connection, connect, type Endpoint, type LogIn } from "#client/connection.ts";
import { type Remote, remote } from "#client/remote.ts";
import type { Facade, Methods } from "#contract/facade.ts";

const reconnect: Backoff = { firstMs: 200, factor: 2, maxMs: 30_000, jitter: 0.8 };
/** For each address, since one that is silent must not use up the time of the next one. */
const handshakeTimeoutMs = 30_000;
/** A connection that ends sooner was in vain; whoever cuts it off is not asked again at once. */
const usefulSeconds = 10;
const persistence: Backoff = { firstMs: 50, factor: 2, maxMs: 2000, jitter: 0.5 };

export interface Needs {
  readonly clock: Clock;
  readonly log: Log;
}

export class Link {
  #endpoint: Endpoint;
  readonly #logIn: LogIn;
  readonly #needs: Needs;
  #connection = Promise.withResolvers<Connection>();
  #reached: readonly string[] = [];

  constructor(endpoint: Endpoint, logIn: LogIn, needs: Needs) {
    this.#endpoint = endpoint;
    this.#logIn = logIn;
    this.#needs = needs;
  }

  /** Where controllers are from now on; whoever has answered last is kept as the last resort. */
  learn(addresses: readonly string[]): void {
    const others = this.#reached.filter((address) => !addresses.includes(address));
    this.#endpoint = { ...this.#endpoint, addresses: [...addresses, ...others] };
  }

  /** The addresses that are tried, one after the other. */
  get addresses(): readonly string[] {
    return this.#endpoint.addresses;
  }

  /** Keeps the connection until `signal` aborts. */
  async keep(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#needs;
    let failures = 0;
    while (!signal.aborted) {
      const since = clock.now();
      try {
        await this.#keepOne(signal);
        failures = since.until(clock.now()).total("seconds") < usefulSeconds ? failures + 1 : 1;
      } catch (error) {
        failures++;
        if (failures === 1 || failures % 10 === 0) {
          log.write(
            "WARNING",
            `cannot reach the controller (try ${failures}): ${messageOf(error)}`,
          );
        }
      }
      await clock.sleep(backoffDelay(reconnect, failures, Math.random), signal).catch(() => {});
    }
  }

  /** From the handshake to the end of one connection. */
  async #keepOne(signal: AbortSignal): Promise<void> {
    const { log } = this.#needs;
    const timeoutMs = handshakeTimeoutMs * Math.max(1, this.addresses.length);
    const handshake = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    await using connection = await connect(this.#endpoint, this.#logIn, handshake);
    log.write("INFO", `connected to the controller at ${connection.address}`);
    this.#reached = [connection.address];
    this.#connection.resolve(connection);
    const closed = connection.closed.then((reason) => {
      log.write("INFO", `connection to the controller ended: ${reason}`);
    });
    await settledOrAborted(closed, signal);
    this.#connection = Promise.withResolvers();
  }

  /** The connection that there is, or the next one. */
  async connected(signal: AbortSignal): Promise<Connection> {
    const { promise } = this.#connection;
    await settledOrAborted(
      promise.then(() => {}),
      signal,
    );
    if (signal.aborted) throw new Problem("stopped", "nobody waits for the controller any more");
    return promise;
  }

  /** A facade's methods; a call waits for a connection and fails with `stopped` when it is lost. */
  facade<M extends Methods>(facade: Facade<M>, signal: AbortSignal): Remote<M> {
    return remote(facade, async (request) => {
      const connection = await this.connected(signal);
      return connection.call(request, signal);
    });
  }

  /**
   * Does it again for as long as only the connection fails, until `signal` aborts. What is done
   * twice then must count once.
   */
  async persist<T>(body: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await body();
      } catch (error) {
        if (!isConnectionLost(error) || signal.aborted) throw error;
      }
      await this.#needs.clock.sleep(backoffDelay(persistence, attempt, Math.random), signal);
    }
  }
}

/** Whether somebody may have failed only for want of a connection. */
function isConnectionLost(error: unknown): boolean {
  return isProblem(error, "stopped") || isProblem(error, "try again");
}

/** Whether the controller says no; one that fails itself may have done it all the same. */
export function isRefusal(error: unknown): boolean {
  return isProblem(error) && !isConnectionLost(error) && !isProblem(error, "internal error");
}
