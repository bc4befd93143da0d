/** Which blobs something still needs. */
import type { ReadTransaction } from "#store/database.ts";

/** Of every charm that any model still has, and every agent binary. */
export async function listReferencedBlobs(tx: ReadTransaction): Promise<Set<string>> {
  const charms = await tx
    .selectFrom("charm")
    .select("sha256")
    .distinct()
    .where("forgotten", "=", 0)
    .execute();
  const binaries = await tx.selectFrom("agent_binary").select("sha256").execute();
  return new Set([...charms, ...binaries].map(({ sha256 }) => sha256));
}
