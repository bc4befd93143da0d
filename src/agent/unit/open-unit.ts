/** Runs a unit's agent with everything that it works with, and clears away what is left of it. */
import { rm } from "node:fs/promises";
import { makeFolder, removeTree } from "#base/files.ts";
import { logOn } from "#base/log.ts";
import { download } from "#client/transfer.ts";
import { toTag } from "#contract/tags.ts";
import { verifyFile } from "#release/bundle.ts";
import { HookServer } from "../hook-server.ts";
import type { MachineSetting } from "../machine/setting.ts";
import type { MachineTurns } from "../turns.ts";
import { type ControllerView, viewController } from "./controller-view.ts";
import { Leadership } from "./leadership.ts";
import { unitPaths } from "./paths.ts";
import { makeToolsFolder } from "./run/tools-folder.ts";
import type { UnitSetting } from "./setting.ts";
import { leaveStorage } from "./storage-places.ts";

export interface UnitNeeds {
  readonly name: string;
  readonly machineTurns: MachineTurns;
  /** Ends whatever the unit waits for. */
  readonly signal: AbortSignal;
  reboot(): void;
}

/** Opens what the unit's agent needs, and hands it to `body`; what it was is gone afterwards. */
export async function withUnit(
  setting: MachineSetting,
  { name, machineTurns, signal, reboot }: UnitNeeds,
  body: (unit: UnitSetting) => Promise<void>,
): Promise<void> {
  const { layout, clock, link, conf } = setting;
  const paths = unitPaths(layout, toTag("unit", name));
  await makeFolder(paths.home);
  await makeFolder(paths.runs, 0o700);
  await makeToolsFolder(paths.tools, setting.program);
  await using server = await HookServer.open(paths.socket);
  const controller: ControllerView = viewController(link, name, signal);
  const sink = setting.logs.sinkOf(toTag("unit", name), paths.log);
  await body({
    ...{ name, paths, clock, hookLock: machineTurns.own, machineTurns, controller, server, signal },
    ...{
      machine: conf.tag.slice("machine-".length),
      boot: setting.boot,
      hasHost: conf.host !== "",
      reboot,
    },
    ...{ version: setting.version, systemPath: setting.systemPath, wrench: setting.wrench },
    log: logOn(sink, clock, "juju.worker.uniter"),
    charmLog: logOn(sink, clock, "unit"),
    leadership: new Leadership(name, controller, clock),
    ...makeFetching(setting, { name, signal }),
  });
}

/** How the unit gets what is too large for a frame. */
function makeFetching(
  { conf, link }: MachineSetting,
  { name, signal }: Pick<UnitNeeds, "name" | "signal">,
): Pick<UnitSetting, "fetchCharm" | "fetchResource"> {
  const fetch = async (path: string, file: string) => {
    const { address } = await link.connected(signal);
    const login = { tag: conf.tag, password: conf.password };
    const peer = { address, caCertificate: conf.caCertificate, login };
    await rm(file, { force: true });
    await download(peer, { path: `/model/${conf.model}/${path}`, file }, signal);
  };
  return {
    async fetchCharm({ url, sha256, size }, file) {
      await fetch(`charms?url=${encodeURIComponent(url)}&file=*`, file);
      await verifyFile(file, { sha256, size });
    },
    fetchResource: (resource, file) =>
      link.persist(() => fetch(`units/${toTag("unit", name)}/resources/${resource}`, file), signal),
  };
}

/** What a unit that is gone leaves on the machine. */
export async function clearUnit({ layout }: MachineSetting, tag: string): Promise<void> {
  const { home, tools, storage } = unitPaths(layout, tag);
  await leaveStorage(storage);
  await removeTree(tools);
  await removeTree(home);
}
