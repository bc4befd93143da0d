/** Forgetting a model: every row of it, in the scope of the controller. */
import { changed } from "#store/changes.ts";
import type { Database, Transaction } from "#store/database.ts";

/** Every table whose rows belong to a model. */
const tables = [
  "application",
  "application_settings",
  "change",
  "charm",
  "entity_constraints",
  "filesystem",
  "leader_settings",
  "leadership",
  "machine",
  "machine_upgrade",
  "metric",
  "model_access",
  "model_connection",
  "operation",
  "payload",
  "port",
  "relation",
  "relation_endpoint",
  "relation_member",
  "resource",
  "resource_fetched",
  "resource_pending",
  "rollout",
  "rollout_member",
  "secret",
  "secret_consumer",
  "secret_grant",
  "secret_revision",
  "removal_deadline",
  "sequence",
  "status",
  "status_history",
  "storage_attachment",
  "storage_constraint",
  "storage_instance",
  "storage_pool",
  "task",
  "task_message",
  "unit",
  "unit_state",
] as const satisfies readonly (keyof Database)[];

export async function removeModel(tx: Transaction, uuid: string): Promise<void> {
  for (const table of tables) await tx.deleteFrom(table).where("model", "=", uuid).execute();
  await tx.deleteFrom("model").where("uuid", "=", uuid).execute();
  await changed(tx, "model", uuid);
}
