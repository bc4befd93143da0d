/** One row for each machine of a model. */
import { sql } from "kysely";
import type { Migration } from "#store/database.ts";

export const machineMigration: Migration = {
  name: "2026-11-03-machine",
  async up(db) {
    await db.schema
      .createTable("machine")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("id", "text", (column) => column.notNull())
      .addColumn("life", "text", (column) => column.notNull())
      .addColumn("base", "text", (column) => column.notNull())
      .addColumn("nonce", "text", (column) => column.notNull())
      .addColumn("instance_id", "text")
      .addColumn("hostname", "text", (column) => column.notNull())
      .addColumn("addresses", "text", (column) => column.notNull())
      .addColumn("hardware", "text", (column) => column.notNull())
      .addColumn("version", "text")
      .addColumn("desired_version", "text", (column) => column.notNull())
      .addColumn("rollout", "bigint", (column) => column.notNull())
      .addColumn("connected", "integer", (column) => column.notNull())
      .addColumn("connected_since", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("machine_key", ["model", "id"])
      .addCheckConstraint("machine_life", sql`life IN ('alive', 'dying', 'dead')`)
      .execute();
  },
};

/** Whether a machine was asked for by itself, and whether its instance outlives it. */
export const machineAddedMigration: Migration = {
  name: "2026-11-22-machine-added",
  async up(db) {
    for (const name of ["added", "keep_instance"]) {
      await db.schema
        .alterTable("machine")
        .addColumn(name, "integer", (column) => column.notNull().defaultTo(0))
        .execute();
    }
  },
};

/** The upgrades of machines' operating systems, one row for each machine that ever had one. */
export const machineUpgradeMigration: Migration = {
  name: "2026-11-22-machine-upgrade",
  async up(db) {
    await db.schema
      .createTable("machine_upgrade")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("machine", "text", (column) => column.notNull())
      .addColumn("number", "bigint", (column) => column.notNull())
      .addColumn("from_base", "text", (column) => column.notNull())
      .addColumn("to_base", "text", (column) => column.notNull())
      .addColumn("phase", "text", (column) => column.notNull())
      .addColumn("units", "text", (column) => column.notNull())
      .addColumn("messages", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("machine_upgrade_key", ["model", "machine"])
      .addCheckConstraint("machine_upgrade_phase", sql`phase IN ('prepare', 'complete', 'over')`)
      .execute();
  },
};
