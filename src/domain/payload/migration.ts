/** What charms say that they run of other things. */
import type { Migration } from "#store/database.ts";

export const payloadMigration: Migration = {
  name: "2026-11-22-payload",
  async up(db) {
    await db.schema
      .createTable("payload")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("unit", "text", (column) => column.notNull())
      .addColumn("class", "text", (column) => column.notNull())
      .addColumn("id", "text", (column) => column.notNull())
      .addColumn("type", "text", (column) => column.notNull())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("labels", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("payload_key", ["model", "unit", "class", "id"])
      .execute();
  },
};
