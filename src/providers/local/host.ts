/** The host of a local cloud: what every machine of it has, and what none can be given. */
import { statfs } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { Problem } from "#base/problem.ts";

/** Sizes in MiB; one that cannot be told is 0. */
export interface Host {
  readonly arch: string;
  readonly cores: number;
  readonly mem: number;
  readonly rootDisk: number;
}

const bytesOfMib = 2 ** 20;

/** Those that a machine of a local cloud has or has not; it is not told apart by any other. */
export const heededConstraints: readonly string[] = ["arch", "cores", "mem", "root-disk"];

export async function lookAtHost(root: string): Promise<Host> {
  return {
    arch: process.arch === "x64" ? "amd64" : process.arch,
    cores: availableParallelism(),
    mem: Math.floor(totalmem() / bytesOfMib),
    rootDisk: await diskOf(root),
  };
}

async function diskOf(root: string): Promise<number> {
  try {
    const { blocks, bsize } = await statfs(root);
    return Math.floor((blocks * bsize) / bytesOfMib);
  } catch {
    return 0;
  }
}

/** As in `arch=amd64 cores=2 mem=4096M root-disk=20480M`. */
export function formatHardware({ arch, cores, mem, rootDisk }: Host): string {
  const known = `arch=${arch} cores=${cores} mem=${mem}M`;
  return rootDisk === 0 ? known : `${known} root-disk=${rootDisk}M`;
}

/** Throws `not supported` for constraints that the host does not meet, with what it has. */
export function refuseUnmet(constraints: Readonly<Record<string, unknown>>, host: Host): void {
  const { arch, cores = 0, mem = 0, "root-disk": disk = 0 } = constraints;
  const unmet = [
    ...(arch && arch !== host.arch ? [`arch=${arch} (it is ${host.arch})`] : []),
    ...(Number(cores) > host.cores ? [`cores=${cores} (it has ${host.cores})`] : []),
    ...(Number(mem) > host.mem ? [`mem=${mem}M (it has ${host.mem}M)`] : []),
    ...(host.rootDisk > 0 && Number(disk) > host.rootDisk
      ? [`root-disk=${disk}M (it has ${host.rootDisk}M)`]
      : []),
  ];
  if (unmet.length === 0) return;
  throw new Problem("not supported", `this host does not meet ${unmet.join(", ")}`);
}
