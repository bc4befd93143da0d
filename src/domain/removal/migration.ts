/** One row for each unit and machine that is to go by force, but not at once. */
import type { Migration } from "#store/database.ts";

export const removalMigration: Migration = {
  name: "2026-11-22-removal",
  async up(db) {
    await db.schema
      .createTable("removal_deadline")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("id", "text", (column) => column.notNull())
      .addColumn("due", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("removal_deadline_key", ["model", "kind", "id"])
      .execute();
  },
};
