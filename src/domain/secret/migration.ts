/** Secrets, their revisions, who may read them, and who does. */
import { sql } from "kysely";
import type { Migration } from "#store/database.ts";

export const secretMigration: Migration = {
  name: "2026-11-22-secret",
  async up(db) {
    await db.schema
      .createTable("secret")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("id", "text", (column) => column.notNull())
      .addColumn("owner_kind", "text", (column) => column.notNull())
      .addColumn("owner", "text", (column) => column.notNull())
      .addColumn("label", "text", (column) => column.notNull())
      .addColumn("description", "text", (column) => column.notNull())
      .addColumn("rotation", "text", (column) => column.notNull())
      .addColumn("rotates", "text")
      .addColumn("auto_prune", "integer", (column) => column.notNull())
      .addColumn("latest", "bigint", (column) => column.notNull())
      .addColumn("created", "text", (column) => column.notNull())
      .addColumn("updated", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("secret_key", ["model", "id"])
      .addCheckConstraint("secret_owner", sql`owner_kind IN ('application', 'unit', 'model')`)
      .execute();
    await db.schema
      .createIndex("secret_of")
      .on("secret")
      .columns(["model", "owner_kind", "owner"])
      .execute();
    await db.schema
      .createTable("secret_revision")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("secret", "text", (column) => column.notNull())
      .addColumn("revision", "bigint", (column) => column.notNull())
      .addColumn("sealed", "text", (column) => column.notNull())
      .addColumn("fingerprint", "text", (column) => column.notNull())
      .addColumn("created", "text", (column) => column.notNull())
      .addColumn("updated", "text", (column) => column.notNull())
      .addColumn("expires", "text")
      .addPrimaryKeyConstraint("secret_revision_key", ["model", "secret", "revision"])
      .execute();
    await db.schema
      .createTable("secret_grant")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("secret", "text", (column) => column.notNull())
      .addColumn("subject", "text", (column) => column.notNull())
      .addColumn("relation", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("secret_grant_key", ["model", "secret", "subject", "relation"])
      .execute();
    await db.schema
      .createTable("secret_consumer")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("secret", "text", (column) => column.notNull())
      .addColumn("unit", "text", (column) => column.notNull())
      .addColumn("revision", "bigint", (column) => column.notNull())
      .addColumn("label", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("secret_consumer_key", ["model", "secret", "unit"])
      .execute();
    await db.schema
      .createIndex("secret_consumer_of")
      .on("secret_consumer")
      .columns(["model", "unit"])
      .execute();
  },
};
