/** Agent binaries: the versions of the agent that this controller can give to machines. */
import { Problem } from "#base/problem.ts";
import { type BinaryName, compareVersions, formatBinaryName } from "#release/version.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";

export interface AgentBinary extends BinaryName {
  readonly sha256: string;
  readonly size: number;
}

interface AgentBinaryTable {
  readonly name: string;
  readonly version: string;
  readonly os: string;
  readonly arch: string;
  readonly sha256: string;
  readonly size: number;
}

declare module "#store/database.ts" {
  interface Database {
    readonly agent_binary: AgentBinaryTable;
  }
}

/**
 * Adds a binary; adding the same again is harmless. Throws `already exists` when other bytes have
 * the name, for machines may run those.
 */
export async function add(tx: Transaction, binary: AgentBinary): Promise<void> {
  const name = formatBinaryName(binary);
  const { version, os, arch, sha256, size } = binary;
  const present = await find(tx, name);
  if (present?.sha256 === sha256) return;
  if (present) {
    const message = `agent binary ${name} already exists with SHA-256 ${present.sha256}`;
    throw new Problem("already exists", message);
  }
  await tx.insertInto("agent_binary").values({ name, version, os, arch, sha256, size }).execute();
  await changed(tx, "agent_binary", name);
}

export async function find(tx: ReadTransaction, name: string): Promise<AgentBinary | undefined> {
  return tx
    .selectFrom("agent_binary")
    .select(["version", "os", "arch", "sha256", "size"])
    .where("name", "=", name)
    .executeTakeFirst();
}

/** Throws `not found` with Juju's text. */
export async function get(tx: ReadTransaction, name: string): Promise<AgentBinary> {
  const binary = await find(tx, name);
  if (binary) return binary;
  throw new Problem("not found", `no matching agent binaries available: ${name}`);
}

/** Every binary, oldest version first. */
export async function list(tx: ReadTransaction): Promise<AgentBinary[]> {
  const rows = await tx
    .selectFrom("agent_binary")
    .select(["version", "os", "arch", "sha256", "size"])
    .execute();
  return rows.toSorted((a, b) => compareVersions(a.version, b.version));
}
