/** One row for each entity that has constraints of its own: the model, applications and machines. */
import type { Migration } from "#store/database.ts";

export const constraintsMigration: Migration = {
  name: "2026-11-22-constraints",
  async up(db) {
    await db.schema
      .createTable("entity_constraints")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("entity", "text", (column) => column.notNull())
      .addColumn("constraints", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("entity_constraints_key", ["model", "entity"])
      .execute();
  },
};
