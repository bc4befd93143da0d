/** One row, once the controller is bootstrapped. */
import type { Migration } from "#store/database.ts";

export const controllerMigration: Migration = {
  name: "2026-11-02-controller",
  async up(db) {
    await db.schema
      .createTable("controller")
      .addColumn("uuid", "text", (column) => column.primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("ca_certificate", "text", (column) => column.notNull())
      .execute();
  },
};
