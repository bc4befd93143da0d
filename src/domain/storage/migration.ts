/** Storage: pools, what applications ask for, instances, what holds their data, and who has them. */
import { sql } from "kysely";
import type { Migration } from "#store/database.ts";

export const storageMigration: Migration = {
  name: "2026-11-22-storage",
  async up(db) {
    await db.schema
      .createTable("storage_pool")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("provider", "text", (column) => column.notNull())
      .addColumn("attributes", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("storage_pool_key", ["model", "name"])
      .execute();
    await db.schema
      .createTable("storage_constraint")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("application", "text", (column) => column.notNull())
      .addColumn("store", "text", (column) => column.notNull())
      .addColumn("pool", "text", (column) => column.notNull())
      .addColumn("size_mib", "bigint", (column) => column.notNull())
      .addColumn("count", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("storage_constraint_key", ["model", "application", "store"])
      .execute();
    await db.schema
      .createTable("storage_instance")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("id", "text", (column) => column.notNull())
      .addColumn("store", "text", (column) => column.notNull())
      .addColumn("owner", "text", (column) => column.notNull())
      .addColumn("life", "text", (column) => column.notNull())
      .addColumn("released", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("storage_instance_key", ["model", "id"])
      .addCheckConstraint("storage_instance_life", sql`life IN ('alive', 'dying', 'dead')`)
      .execute();
    await db.schema
      .createTable("storage_attachment")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("storage", "text", (column) => column.notNull())
      .addColumn("unit", "text", (column) => column.notNull())
      .addColumn("life", "text", (column) => column.notNull())
      .addColumn("location", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("storage_attachment_key", ["model", "storage", "unit"])
      .addCheckConstraint("storage_attachment_life", sql`life IN ('alive', 'dying', 'dead')`)
      .execute();
    await db.schema
      .createIndex("storage_attachment_unit")
      .on("storage_attachment")
      .columns(["model", "unit"])
      .execute();
    await db.schema
      .createTable("filesystem")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("id", "text", (column) => column.notNull())
      .addColumn("storage", "text", (column) => column.notNull())
      .addColumn("pool", "text", (column) => column.notNull())
      .addColumn("provider", "text", (column) => column.notNull())
      .addColumn("size_mib", "bigint", (column) => column.notNull())
      .addColumn("place", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("filesystem_key", ["model", "id"])
      .addUniqueConstraint("filesystem_storage", ["model", "storage"])
      .execute();
  },
};

/** From when on storage is forgotten that the cloud cannot remove. */
export const storageGivenUpMigration: Migration = {
  name: "2026-11-22-storage-given-up",
  async up(db) {
    await db.schema
      .alterTable("storage_instance")
      .addColumn("given_up", "text", (column) => column.notNull().defaultTo(""))
      .execute();
  },
};
