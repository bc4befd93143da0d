/** Resources of applications, those that wait to be taken, and which of them units have fetched. */
import type { CreateTableBuilder } from "kysely";
import type { Migration } from "#store/database.ts";

export const resourceMigration: Migration = {
  name: "2026-11-22-resource",
  async up(db) {
    await withContent(db.schema.createTable("resource"))
      .addColumn("application", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("resource_key", ["model", "application", "name"])
      .execute();
    await withContent(db.schema.createTable("resource_pending"))
      .addColumn("id", "text", (column) => column.notNull())
      .addColumn("application", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("path", "text", (column) => column.notNull())
      .addColumn("added", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("resource_pending_key", ["model", "id"])
      .execute();
    await withContent(db.schema.createTable("resource_fetched"))
      .addColumn("unit", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("resource_fetched_key", ["model", "unit", "name"])
      .execute();
  },
};

/** The columns of `Content`, after that of the model. */
function withContent(table: CreateTableBuilder<string, never>) {
  return table
    .addColumn("model", "text", (column) => column.notNull())
    .addColumn("sha256", "text", (column) => column.notNull())
    .addColumn("sha384", "text", (column) => column.notNull())
    .addColumn("size", "bigint", (column) => column.notNull())
    .addColumn("username", "text", (column) => column.notNull())
    .addColumn("uploaded", "text", (column) => column.notNull());
}
