/** Applications, and their settings for each charm that they have had. */
import { sql } from "kysely";
import type { Migration } from "#store/database.ts";

export const applicationMigration: Migration = {
  name: "2026-11-03-application",
  async up(db) {
    await db.schema
      .createTable("application")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("life", "text", (column) => column.notNull())
      .addColumn("charm", "text", (column) => column.notNull())
      .addColumn("modified_version", "bigint", (column) => column.notNull())
      .addColumn("force_units", "integer", (column) => column.notNull())
      .addColumn("base", "text", (column) => column.notNull())
      .addColumn("channel", "text", (column) => column.notNull())
      .addColumn("exposed", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("application_key", ["model", "name"])
      .addCheckConstraint("application_life", sql`life IN ('alive', 'dying', 'dead')`)
      .execute();
    await db.schema
      .createTable("application_settings")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("application", "text", (column) => column.notNull())
      .addColumn("charm", "text", (column) => column.notNull())
      .addColumn("settings", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("application_settings_key", ["model", "application", "charm"])
      .execute();
  },
};

/** Applications from before are neither trusted nor exposed at certain endpoints only. */
export const applicationTrustMigration: Migration = {
  name: "2026-11-22-application-trust",
  async up(db) {
    await db.schema
      .alterTable("application")
      .addColumn("trusted", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .alterTable("application")
      .addColumn("exposed_endpoints", "text", (column) => column.notNull().defaultTo("{}"))
      .execute();
  },
};
