/** What units have measured last. */
import type { Migration } from "#store/database.ts";

export const metricMigration: Migration = {
  name: "2026-11-22-metric",
  async up(db) {
    await db.schema
      .createTable("metric")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("unit", "text", (column) => column.notNull())
      .addColumn("key", "text", (column) => column.notNull())
      .addColumn("labels", "text", (column) => column.notNull())
      .addColumn("value", "text", (column) => column.notNull())
      .addColumn("time", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("metric_key", ["model", "unit", "key", "labels"])
      .execute();
  },
};
