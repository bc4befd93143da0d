/** Units, the ports they have open, and what their charms keep with the controller. */
import { sql } from "kysely";
import type { Migration } from "#store/database.ts";

export const unitMigration: Migration = {
  name: "2026-11-04-unit",
  async up(db) {
    await db.schema
      .createTable("unit")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("application", "text", (column) => column.notNull())
      .addColumn("machine", "text", (column) => column.notNull())
      .addColumn("life", "text", (column) => column.notNull())
      .addColumn("charm", "text")
      .addColumn("modified_version", "bigint", (column) => column.notNull())
      .addColumn("settled", "integer", (column) => column.notNull())
      .addColumn("desired_charm", "text", (column) => column.notNull())
      .addColumn("desired_modified_version", "bigint", (column) => column.notNull())
      .addColumn("installed", "integer", (column) => column.notNull())
      .addColumn("resolved", "text", (column) => column.notNull())
      .addColumn("sequence", "bigint", (column) => column.notNull())
      .addColumn("workload_version", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("unit_key", ["model", "name"])
      .addCheckConstraint("unit_life", sql`life IN ('alive', 'dying', 'dead')`)
      .addCheckConstraint("unit_resolved", sql`resolved IN ('', 'retry', 'no-retry')`)
      .execute();
    for (const column of ["application", "machine"] as const) {
      await db.schema.createIndex(`unit_${column}`).on("unit").columns(["model", column]).execute();
    }
    await db.schema
      .createTable("port")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("unit", "text", (column) => column.notNull())
      .addColumn("endpoint", "text", (column) => column.notNull())
      .addColumn("protocol", "text", (column) => column.notNull())
      .addColumn("from_port", "integer", (column) => column.notNull())
      .addColumn("to_port", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("port_key", [
        "model",
        "unit",
        "endpoint",
        "protocol",
        "from_port",
        "to_port",
      ])
      .execute();
    await db.schema
      .createTable("unit_state")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("unit", "text", (column) => column.notNull())
      .addColumn("key", "text", (column) => column.notNull())
      .addColumn("value", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("unit_state_key", ["model", "unit", "key"])
      .execute();
  },
};

/** Subordinates, which the units from before are not. */
export const unitPrincipalMigration: Migration = {
  name: "2026-11-22-unit-principal",
  async up(db) {
    await db.schema
      .alterTable("unit")
      .addColumn("principal", "text", (column) => column.notNull().defaultTo(""))
      .execute();
    await db.schema
      .createIndex("unit_principal")
      .on("unit")
      .columns(["model", "principal"])
      .execute();
  },
};

/** What is said of how much a unit uses. */
export const unitMeterMigration: Migration = {
  name: "2026-11-22-unit-meter",
  async up(db) {
    for (const name of ["meter_status", "meter_info"]) {
      await db.schema
        .alterTable("unit")
        .addColumn(name, "text", (column) => column.notNull().defaultTo(""))
        .execute();
    }
  },
};
