/**
 * A hook tool as a part of the agent's own program, for machines without Perl.
 *
 * It does what `hook-tool.pl` does, and takes ten times as long.
 */
import { once } from "node:events";
import { readlink } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { basename, dirname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { exists } from "#base/files.ts";
import { messageOf } from "#base/problem.ts";
import { layoutOf } from "#release/layout.ts";
import { type Frame, formatHookFrame, readHookFrames, socketPathBytesMax } from "./hook-frames.ts";
import { localCommandNames } from "./local-command.ts";

const usualDataDir = "/var/lib/juju";
const linksMax = 8;

/** Returns the exit status. */
export async function runHookClient(tool: string, args: readonly string[]): Promise<number> {
  const { JUJU_CONTEXT_ID: secret, JUJU_AGENT_SOCKET_ADDRESS: address } = process.env;
  if ((localCommandNames as readonly string[]).includes(tool)) {
    if (secret)
      return fail(`${tool} cannot be called from within a hook, have context "${secret}"`);
    const request = formatHookFrame("c", [tool, ...args].join("\0"));
    return await ask(layoutOf(await findDataDir(findUnit(args))).commands, request);
  }
  if (!secret) return fail("JUJU_CONTEXT_ID not set");
  if (!address) return fail("JUJU_AGENT_SOCKET_ADDRESS not set");
  const words = [secret, tool, process.cwd(), ...args];
  return await ask(address, formatHookFrame("r", words.join("\0")));
}

/** The unit that commands are for, by its agent's tag; an option's value is none. */
function findUnit(args: readonly string[]): string {
  const isValue = (index: number) => /^--?(r|relation|remote-unit)$/.test(args[index - 1] ?? "");
  const word = args.find((each, index) => !each.startsWith("-") && !isValue(index)) ?? "";
  const tag = word.replace(/^([a-z][a-z0-9-]*)\/(\d+)$/, "unit-$1-$2");
  return /^unit-[a-z0-9-]+-\d+$/.test(tag) ? tag : "";
}

/**
 * The agent's data directory is where the tool lies, or the usual one. That one may have links to
 * units of machines that share the host.
 */
async function findDataDir(unit: string): Promise<string> {
  let found = usualDataDir;
  for (const path of await follow(resolve(process.env.JUMAR_TOOL ?? ""))) {
    const dataDir = /^(.*)\/tools\/(?:[^/]+\/)?[^/]+$/s.exec(path)?.[1];
    if (dataDir === undefined || !(await exists(join(dataDir, "agents")))) continue;
    const other = unit && (await readLinkIfAny(join(dataDir, "agents", unit)));
    if (other) return dirname(dirname(other));
    if (await exists(layoutOf(dataDir).commands)) return dataDir;
    found = dataDir;
  }
  return found;
}

/** The path and where it leads, from link to link. */
async function follow(path: string): Promise<readonly string[]> {
  const paths = [path];
  for (let last = path; paths.length < linksMax; paths.push(last)) {
    const target = await readLinkIfAny(last);
    if (target === undefined) break;
    last = resolve(dirname(last), target);
  }
  return paths;
}

async function readLinkIfAny(path: string): Promise<string | undefined> {
  return await readlink(path).catch(() => undefined);
}

async function ask(address: string, request: Buffer): Promise<number> {
  try {
    using agent = await call(address);
    agent.write(request);
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
