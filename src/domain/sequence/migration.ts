/** One row for each sequence that has been used. */
import type { Migration } from "#store/database.ts";

export const sequenceMigration: Migration = {
  name: "2026-11-02-sequence",
  async up(db) {
    await db.schema
      .createTable("sequence")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("next", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("sequence_key", ["model", "name"])
      .execute();
  },
};
