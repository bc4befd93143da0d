/** A local cloud in a folder of its own, with agents that do what a test wants. */
import { copyFile, mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { exists, makeFolder, readTextIfAny, removeTree } from "#base/files.ts";
import type { Instance, InstanceKey, Provider, StartUp } from "../provider.ts";
import { openLocal } from "./local.ts";

const launcher = join(import.meta.dirname, "..", "..", "agent", "launcher.sh");
export const controller = "c0000000-0000-4000-8000-000000000000";
const model = "50000000-0000-4000-8000-000000000000";
export const binary = "3.6.100-ubuntu-amd64";
export const never: AbortSignal = new AbortController().signal;
const looksMax = 500;

export const lives = "while :; do sleep 0.1; done";
/** A service that a hook has started, which has left its agent's session and forgotten where it comes from. */
const daemonizes = `
charm=$3/agents/unit-mysql-0/charm
mkdir -p "$charm"
setsid env -i JUJU_CHARM_DIR="$charm" PATH="$PATH" sh -c 'echo $$ >'"$3"'/daemon; exec sleep 1000' &
${lives}`;

/** A cloud in a folder, and what machines start with. */
export class Site implements AsyncDisposable {
  readonly root: string;
  readonly cloud: Provider;
  script = daemonizes;
  unpacked = 0;

  constructor(root: string) {
    this.root = root;
    this.cloud = openLocal(root);
  }

  static async make(script = daemonizes): Promise<Site> {
    const site = new Site(await mkdtemp(join(tmpdir(), "jumar-local-")));
    site.script = script;
    return site;
  }

  async start(machine: string, change: Partial<InstanceKey> = {}): Promise<Instance> {
    return await this.cloud.start(
      { controller, model, machine, ...change },
      this.startUp(machine),
      never,
    );
  }

  startUp(machine: string): StartUp {
    const tag = `machine-${machine}`;
    return {
      ...{ tag, binary, sharedBinary: binary },
      unpackBinary: async (folder) => {
        this.unpacked++;
        await mkdir(folder);
        await copyFile(launcher, join(folder, "launcher.sh"));
        await writeFile(join(folder, "jumard"), `#!/bin/sh\n${this.script}\n`, { mode: 0o755 });
      },
      files: ({ addresses }) => [
        { path: `agents/${tag}/agent.conf`, mode: 0o600, content: addresses.join() },
        ...(machine === "0"
          ? [{ path: "controller/controller.json", mode: 0o600, content: "{}" }]
          : []),
      ],
    };
  }

  /** As if the host had gone down: everything of the machine but its processes. */
  async addRecord(machine: string): Promise<void> {
    const id = `juju-00000000-${machine}`;
    await makeFolder(this.folderOf(id));
    const record = { id, key: { controller, model, machine }, tag: "t", address: "127.64.0.1" };
    await writeFile(join(this.folderOf(id), "instance.json"), JSON.stringify(record));
  }

  folderOf(id: string): string {
    return join(this.root, "machines", id);
  }

  async until(isSo: () => Promise<boolean>): Promise<void> {
    for (let look = 0; look < looksMax; look++) {
      if (await isSo()) return;
      await wait(20);
    }
    throw new Error(`it never came that ${isSo}`);
  }

  /** The number of the daemon that the instance's agent has started. */
  async daemonOf(id: string): Promise<number> {
    const path = join(this.folderOf(id), "daemon");
    await this.until(async () => ((await readTextIfAny(path)) ?? "").endsWith("\n"));
    return Number(await readFile(path, "utf8"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const machines = join(this.root, "machines");
    const ids = (await exists(machines)) ? await readdir(machines) : [];
    for (const id of ids) await this.cloud.stop(id, never);
    await removeTree(this.root);
  }
}
