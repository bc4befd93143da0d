/** One row for each application that has a leader. */
import type { Migration } from "#store/database.ts";

export const leadershipMigration: Migration = {
  name: "2026-11-04-leadership",
  async up(db) {
    await db.schema
      .createTable("leadership")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("application", "text", (column) => column.notNull())
      .addColumn("unit", "text", (column) => column.notNull())
      .addColumn("expires", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("leadership_key", ["model", "application"])
      .execute();
  },
};

/** What leaders have told the other units of their applications. */
export const leaderSettingsMigration: Migration = {
  name: "2026-11-22-leader-settings",
  async up(db) {
    await db.schema
      .createTable("leader_settings")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("application", "text", (column) => column.notNull())
      .addColumn("version", "bigint", (column) => column.notNull())
      .addColumn("settings", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("leader_settings_key", ["model", "application"])
      .execute();
  },
};
