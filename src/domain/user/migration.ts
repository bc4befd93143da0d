/** One row for each user, and one for each model that a user has access to. */
import { sql } from "kysely";
import type { Migration } from "#store/database.ts";

export const userMigration: Migration = {
  name: "2026-11-02-user",
  async up(db) {
    await db.schema
      .createTable("user_account")
      .addColumn("name", "text", (column) => column.primaryKey())
      .addColumn("display_name", "text", (column) => column.notNull())
      .addColumn("password_hash", "text", (column) => column.notNull())
      .addColumn("access", "text", (column) => column.notNull())
      .addColumn("created", "text", (column) => column.notNull())
      .addCheckConstraint("user_account_access", sql`access IN ('login', 'superuser')`)
      .execute();
    await db.schema
      .createTable("model_access")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("user", "text", (column) => column.notNull())
      .addColumn("access", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("model_access_key", ["model", "user"])
      .addCheckConstraint("model_access_access", sql`access IN ('read', 'write', 'admin')`)
      .execute();
    await db.schema.createIndex("model_access_user").on("model_access").columns(["user"]).execute();
  },
};

/** When each user was last connected to each model. */
export const connectionMigration: Migration = {
  name: "2026-11-22-connection",
  async up(db) {
    await db.schema
      .createTable("model_connection")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("user_name", "text", (column) => column.notNull())
      .addColumn("last", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("model_connection_key", ["model", "user_name"])
      .execute();
  },
};
