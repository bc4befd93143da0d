/** What somebody asks `bootstrap` for, and what is refused before anything is begun. */
import { randomInt } from "node:crypto";
import { mkdtempDisposable } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { exists } from "#base/files.ts";
import { messageOf, Problem } from "#base/problem.ts";
import { UsageError } from "#base/usage.ts";
import type { Constraints } from "#contract/common.ts";
import { parseVersion } from "#release/version.ts";
import type { Context } from "../command.ts";
import { systemReason } from "../explain.ts";

export interface Wish {
  readonly cloud: string;
  readonly name: string;
  /** Undefined for the client's own. */
  readonly version: string | undefined;
  readonly port: string;
  /** Where a local cloud keeps its machines. */
  readonly root: string;
  /** Of the controller's own model, as are the constraints. */
  readonly settings: Readonly<Record<string, string>>;
  readonly constraints: Constraints;
  /** What new models begin with. */
  readonly defaults: Readonly<Record<string, string>>;
  readonly isSwitching: boolean;
}

export const localCloud = "local";
const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/;

/** Throws what cannot be done, and what can. */
export async function refuseImpossible({ files }: Context, wish: Wish): Promise<void> {
  const { cloud, name, port, version, root } = wish;
  if (cloud !== localCloud) {
    throw new Problem("not found", `unknown cloud "${cloud}": the only one is "${localCloud}"`);
  }
  if (!namePattern.test(name)) {
    const allowed = "letters, digits and . _ - after the first";
    throw new UsageError(`"${name}" is not a valid name for a controller: ${allowed}`);
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw new UsageError(`"${port}" is not a port between 1 and 65535`);
  }
  if (version !== undefined) parseVersion(version);
  if (await files.findController(name)) {
    const hint = `use another name, or end it with "jumar destroy-controller ${name}"`;
    const unfinished = `"jumar kill-controller ${name}" if it was never finished`;
    throw new Problem(
      "already exists",
      `controller "${name}" already exists: ${hint} (${unfinished})`,
    );
  }
  await refuseTakenPort(Number(port));
  await refuseUnwritable(root);
}

/**
 * The controller's machine has an address of its own, which is not known yet. Whoever has the port at
 * every address of the host has it there as well, and one that needs privileges does so anywhere.
 */
async function refuseTakenPort(port: number): Promise<void> {
  // none that a machine is given, and hardly one that another bootstrap tries at this moment
  const address = `127.255.${randomInt(256)}.${randomInt(1, 255)}`;
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(port, address, resolve);
  try {
    await promise;
  } catch (error) {
    const hint = "--port names another";
    const reason = messageOf(error).replace(` ${address}:${port}`, "");
    const message = `the controller cannot use port ${port} (${hint}): ${reason}`;
    throw new Problem("not valid", message, { cause: error });
  } finally {
    server.close();
  }
}

/** Before anything is begun: makes a folder where the first one of ours would be, and takes it away. */
async function refuseUnwritable(root: string): Promise<void> {
  let place = root;
  while (!(await exists(place))) place = dirname(place);
  try {
    await using _trial = await mkdtempDisposable(join(place, ".jumar-"));
  } catch (error) {
    const reason = systemReason(error) ?? messageOf(error);
    const hint = `no folder can be made in "${place}" (--data-dir names another)`;
    const message = `cannot keep machines in "${root}": ${hint}: ${reason}`;
    throw new Problem("not valid", message, { cause: error });
  }
}
