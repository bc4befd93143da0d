/** Which blobs something still needs. */
import type { ReadTransaction } from "#store/database.ts";

/** Of every charm and resource that any model still has, and every agent binary. */
export async function listReferencedBlobs(tx: ReadTransaction): Promise<Set<string>> {
  const charms = await tx
    .selectFrom("charm")
    .select("sha256")
    .distinct()
    .where("forgotten", "=", 0)
    .execute();
  const binaries = await tx.selectFrom("agent_binary").select("sha256").execute();
  const resources = await tx.selectFrom("resource").select("sha256").distinct().execute();
  const pending = await tx.selectFrom("resource_pending").select("sha256").distinct().execute();
  const all = [...charms, ...binaries, ...resources, ...pending.filter((row) => row.sha256 !== "")];
  return new Set(all.map(({ sha256 }) => sha256));
}
