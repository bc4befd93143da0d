/**
 * How an agent gives way to another version of itself, and what it says afterwards.
 *
 * The new version is fetched from the controller, verified, unpacked and tried before anything
 * changes. Then, when no hook runs, a link is pointed at it and the agent ends; the launcher starts
 * what the link points to and takes it back if it does not work. A version that was taken back is
 * not tried again for the same rollout.
 */
import { readlink, rm } from "node:fs/promises";
import { parseDuration } from "#base/duration.ts";
import {
  exists,
  parseJsonFile,
  readTextIfAny,
  replaceLink,
  writeFileDurably,
} from "#base/files.ts";
import { messageOf } from "#base/problem.ts";
import type { DesiredBinary, DesiredState } from "#contract/machine-agent.ts";
import { agentPaths } from "#release/layout.ts";
import { parseBinaryName } from "#release/version.ts";
import type { MachineSetting } from "../machine/setting.ts";

const defaultProbation = "2m";
const probationLooksMax = 50;
const probationPause = Temporal.Duration.from({ milliseconds: 100 });

/** What the last upgrade was about, as it is written down before it. */
interface LastUpgrade {
  readonly name: string;
  readonly rollout: number;
}

/** Why the machine returned from a version, to be told to the controller. */
export interface Failure {
  readonly version: string;
  readonly rollout: number;
  readonly reason: string;
}

/** The desired binary, if the machine is to run another one than it does and may try it. */
export async function findUpgrade(
  setting: MachineSetting,
  { binary }: DesiredState,
): Promise<DesiredBinary | undefined> {
  if (binary === undefined || parseBinaryName(binary.name).version === setting.version)
    return undefined;
  const last = await readLast(setting);
  const wasTried = last?.name === binary.name && last.rollout === binary.rollout;
  return wasTried && (await wasTakenBack(setting)) ? undefined : binary;
}

/** An agent that died on its way to the version has not tried it yet. */
async function wasTakenBack({ layout, conf }: MachineSetting): Promise<boolean> {
  return await exists(agentPaths(layout, conf.tag).reverted);
}

/** Whether the launcher may take this version back still. */
export async function isOnProbation({ layout, conf }: MachineSetting): Promise<boolean> {
  return await exists(agentPaths(layout, conf.tag).probation);
}

/**
 * Waits until the launcher has ended the probation that this version may be on, since it would take
 * the next version's probation for this one's. False when it does not do so in time.
 */
export async function isOffProbation(
  setting: MachineSetting,
  signal: AbortSignal,
): Promise<boolean> {
  for (let looks = 0; looks < probationLooksMax; looks++) {
    if (!(await isOnProbation(setting))) return true;
    await setting.clock.sleep(probationPause, signal);
  }
  return false;
}

/**
 * Points the link at the binary, on probation. In the order in which it is written down, a crash in
 * between leaves either the old version running or the new one on probation.
 */
export async function giveWay(
  setting: MachineSetting,
  binary: DesiredBinary,
  { model }: DesiredState,
): Promise<void> {
  const { conf, layout, log, version, wrench } = setting;
  const paths = agentPaths(layout, conf.tag);
  const probation = parseDuration(String(model.config["agent-probation"] ?? defaultProbation));
  const last: LastUpgrade = { name: binary.name, rollout: binary.rollout };
  await rm(paths.reverted, { force: true });
  await writeFileDurably(paths.upgrade, JSON.stringify(last));
  await replaceLink(paths.previous, await readlink(paths.current));
  wrench.at("previous-linked");
  const seconds = Math.ceil(probation.total("seconds"));
  await writeFileDurably(paths.probation, `${seconds}\n`, 0o644);
  wrench.at("probation-written");
  await replaceLink(paths.current, binary.name);
  wrench.at("binary-switched");
  log.write("INFO", `upgrading from ${version} to ${binary.name}, on probation for ${seconds}s`);
}

/** The binary cannot be used; it is as if it had been taken back. */
export async function refuse(
  { conf, layout }: MachineSetting,
  { name, rollout }: DesiredBinary,
  reason: string,
): Promise<void> {
  const paths = agentPaths(layout, conf.tag);
  const last: LastUpgrade = { name, rollout };
  await writeFileDurably(paths.upgrade, JSON.stringify(last));
  await writeFileDurably(paths.reverted, reason);
}

/** Why the machine returned from the version that it was to run last, if it did. */
export async function findFailure(setting: MachineSetting): Promise<Failure | undefined> {
  const paths = agentPaths(setting.layout, setting.conf.tag);
  const said = (await readTextIfAny(paths.reverted))?.trim();
  const reason = said === "" ? "nobody could write down why" : said;
  const last = await readLast(setting);
  if (reason === undefined || last === undefined) return undefined;
  return { version: parseBinaryName(last.name).version, rollout: last.rollout, reason };
}

/** A file that was damaged is as good as none: the version may be tried once more. */
async function readLast({ layout, conf, log }: MachineSetting): Promise<LastUpgrade | undefined> {
  const { upgrade } = agentPaths(layout, conf.tag);
  const text = await readTextIfAny(upgrade);
  if (text === undefined) return undefined;
  try {
    const last = parseJsonFile(upgrade, text) as LastUpgrade;
    parseBinaryName(last.name);
    return last;
  } catch (error) {
    log.write("WARNING", messageOf(error));
    return undefined;
  }
}

/**
 * This agent works: it has heard from the controller and been heard. Ends the probation, and brings
 * the launcher up to date for the next time that one is started.
 */
export async function confirmHealthy({
  layout,
  conf,
  program,
  log,
}: MachineSetting): Promise<void> {
  const paths = agentPaths(layout, conf.tag);
  await writeFileDurably(paths.healthy, "", 0o644);
  const ours = await readTextIfAny(program.launcher);
  if (ours === undefined || ours === (await readTextIfAny(layout.launcher))) return;
  await writeFileDurably(layout.launcher, ours, 0o755);
  log.write("INFO", "the launcher has been replaced by the one of this version");
}
