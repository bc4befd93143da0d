/**
 * A hook tool as a part of the agent's own program, for machines without Perl.
 *
 * It does what `hook-tool.pl` does, and takes ten times as long.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { basename, dirname } from "node:path";
import { text } from "node:stream/consumers";
import { messageOf } from "#base/problem.ts";
import { type Frame, formatHookFrame, readHookFrames, socketPathBytesMax } from "./hook-frames.ts";

/** Returns the exit status. */
export async function runHookClient(tool: string, args: readonly string[]): Promise<number> {
  const { JUJU_CONTEXT_ID: secret, JUJU_AGENT_SOCKET_ADDRESS: address } = process.env;
  if (!secret) return fail("JUJU_CONTEXT_ID not set");
  if (!address) return fail("JUJU_AGENT_SOCKET_ADDRESS not set");
  try {
    const folder = process.cwd();
    using agent = await call(address);
    agent.write(formatHookFrame("r", [secret, tool, folder, ...args].join("\0")));
    for await (const frame of readHookFrames(agent)) {
      if (frame.kind === "x") return frame.bytes[0] ?? 1;
      await obey(agent, frame);
    }
    return fail("the agent is gone");
  } catch (error) {
    return fail(`cannot talk to the agent at ${address}: ${messageOf(error)}`);
  }
}

async function call(address: string): Promise<Socket & Disposable> {
  const isDeep = Buffer.byteLength(address) > socketPathBytesMax;
  if (isDeep) process.chdir(dirname(address));
  const agent = connect(isDeep ? basename(address) : address);
  await once(agent, "connect");
  return Object.assign(agent, { [Symbol.dispose]: () => void agent.destroy() });
}

async function obey(agent: Socket, { kind, bytes }: Frame): Promise<void> {
  if (kind === "o") process.stdout.write(bytes);
  if (kind === "e") process.stderr.write(bytes);
  if (kind === "i") agent.write(formatHookFrame("i", await text(process.stdin)));
}

function fail(message: string): number {
  process.stderr.write(`ERROR ${message}\n`);
  return 1;
}
