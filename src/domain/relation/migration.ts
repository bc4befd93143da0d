/** Relations, who has endpoints in them, and who takes part. */
import { sql } from "kysely";
import type { Migration } from "#store/database.ts";

export const relationMigration: Migration = {
  name: "2026-11-04-relation",
  async up(db) {
    await db.schema
      .createTable("relation")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("id", "bigint", (column) => column.notNull())
      .addColumn("key", "text", (column) => column.notNull())
      .addColumn("life", "text", (column) => column.notNull())
      .addColumn("since", "text", (column) => column.notNull())
      .addColumn("endpoints", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("relation_key", ["model", "id"])
      .addUniqueConstraint("relation_key_once", ["model", "key"])
      .addCheckConstraint("relation_life", sql`life IN ('alive', 'dying', 'dead')`)
      .execute();
    await db.schema
      .createTable("relation_endpoint")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("relation", "bigint", (column) => column.notNull())
      .addColumn("application", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("relation_endpoint_key", ["model", "application", "relation"])
      .execute();
    await db.schema
      .createTable("relation_member")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("relation", "bigint", (column) => column.notNull())
      .addColumn("member", "text", (column) => column.notNull())
      .addColumn("application", "text", (column) => column.notNull())
      .addColumn("version", "bigint", (column) => column.notNull())
      .addColumn("settings", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("relation_member_key", ["model", "relation", "member"])
      .execute();
    await db.schema
      .createIndex("relation_member_of")
      .on("relation_member")
      .columns(["model", "member"])
      .execute();
  },
};

/** Relations from before are not suspended. */
export const relationSuspendedMigration: Migration = {
  name: "2026-11-22-relation-suspended",
  async up(db) {
    await db.schema
      .alterTable("relation")
      .addColumn("suspended", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .alterTable("relation")
      .addColumn("suspended_reason", "text", (column) => column.notNull().defaultTo(""))
      .execute();
  },
};
