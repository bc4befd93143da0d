/** One row for each entity that has said something of itself. */
import type { Migration } from "#store/database.ts";

export const statusMigration: Migration = {
  name: "2026-11-02-status",
  async up(db) {
    await db.schema
      .createTable("status")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("entity", "text", (column) => column.notNull())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("message", "text", (column) => column.notNull())
      .addColumn("data", "text", (column) => column.notNull())
      .addColumn("since", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("status_key", ["model", "entity"])
      .execute();
  },
};
