/** One row for each model. */
import { sql } from "kysely";
import type { Migration } from "#store/database.ts";

export const modelMigration: Migration = {
  name: "2026-11-02-model",
  async up(db) {
    await db.schema
      .createTable("model")
      .addColumn("uuid", "text", (column) => column.primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("owner", "text", (column) => column.notNull())
      .addColumn("life", "text", (column) => column.notNull())
      .addColumn("cloud", "text", (column) => column.notNull())
      .addColumn("region", "text", (column) => column.notNull())
      .addColumn("agent_version", "text", (column) => column.notNull())
      .addColumn("is_controller", "integer", (column) => column.notNull())
      .addColumn("created", "text", (column) => column.notNull())
      .addColumn("settings", "text", (column) => column.notNull())
      .addUniqueConstraint("model_name", ["owner", "name"])
      .addCheckConstraint("model_life", sql`life IN ('alive', 'dying', 'dead')`)
      .execute();
  },
};

/** What new models begin with, for the whole cloud and for its regions. */
export const modelDefaultMigration: Migration = {
  name: "2026-11-22-model-default",
  async up(db) {
    await db.schema
      .createTable("model_default")
      .addColumn("region", "text", (column) => column.notNull())
      .addColumn("key", "text", (column) => column.notNull())
      .addColumn("value", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("model_default_key", ["region", "key"])
      .execute();
  },
};
