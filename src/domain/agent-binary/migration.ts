/** One row for each agent binary. */
import type { Migration } from "#store/database.ts";

export const agentBinaryMigration: Migration = {
  name: "2026-11-03-agent-binary",
  async up(db) {
    await db.schema
      .createTable("agent_binary")
      .addColumn("name", "text", (column) => column.primaryKey())
      .addColumn("version", "text", (column) => column.notNull())
      .addColumn("os", "text", (column) => column.notNull())
      .addColumn("arch", "text", (column) => column.notNull())
      .addColumn("sha256", "text", (column) => column.notNull())
      .addColumn("size", "bigint", (column) => column.notNull())
      .execute();
  },
};
