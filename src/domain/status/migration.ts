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

/** What each entity has said of itself before, and says now. */
export const statusHistoryMigration: Migration = {
  name: "2026-11-22-status-history",
  async up(db) {
    await db.schema
      .createTable("status_history")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("seq", "bigint", (column) => column.notNull())
      .addColumn("time", "bigint", (column) => column.notNull())
      .addColumn("total", "bigint", (column) => column.notNull())
      .addColumn("entity", "text", (column) => column.notNull())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("message", "text", (column) => column.notNull())
      .addColumn("data", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("status_history_key", ["model", "seq"])
      .execute();
    await db.schema
      .createIndex("status_history_entity")
      .on("status_history")
      .columns(["model", "entity", "seq"])
      .execute();
  },
};
