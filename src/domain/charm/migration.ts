/** One row for each charm that a model has been given. */
import type { Migration } from "#store/database.ts";

export const charmMigration: Migration = {
  name: "2026-11-03-charm",
  async up(db) {
    await db.schema
      .createTable("charm")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("url", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("revision", "bigint", (column) => column.notNull())
      .addColumn("sha256", "text", (column) => column.notNull())
      .addColumn("size", "bigint", (column) => column.notNull())
      .addColumn("content", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("charm_key", ["model", "url"])
      .execute();
  },
};

/** Charms from before count as old. */
export const charmForgottenMigration: Migration = {
  name: "2026-11-22-charm-forgotten",
  async up(db) {
    await db.schema
      .alterTable("charm")
      .addColumn("added", "text", (column) => column.notNull().defaultTo(""))
      .execute();
    await db.schema
      .alterTable("charm")
      .addColumn("forgotten", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
