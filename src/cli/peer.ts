/** The controller as what is too large for a connection is sent to it. */
import type { Connection } from "#client/connection.ts";
import type { Peer } from "#client/transfer.ts";
import type { Context } from "./command.ts";

export interface Controller {
  readonly controller: string;
  readonly connection: Connection;
}

export async function peerOf(
  { files }: Context,
  { controller, connection }: Controller,
): Promise<Peer> {
  const [{ caCertificate }, account] = await Promise.all([
    files.controller(controller),
    files.findAccount(controller),
  ]);
  const login = { tag: `user-${account?.user}`, password: account?.password ?? "" };
  return { address: connection.address, caCertificate, login };
}
