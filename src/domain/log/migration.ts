/** What machines have logged, and up to which of its lines each machine's log is known. */
import type { Migration } from "#store/database.ts";

export const logMigration: Migration = {
  name: "2026-11-22-log",
  async up(db) {
    await db.schema
      .createTable("log_line")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("seq", "bigint", (column) => column.notNull())
      .addColumn("time", "bigint", (column) => column.notNull())
      .addColumn("total", "bigint", (column) => column.notNull())
      .addColumn("entity", "text", (column) => column.notNull())
      .addColumn("level", "integer", (column) => column.notNull())
      .addColumn("module", "text", (column) => column.notNull())
      .addColumn("location", "text", (column) => column.notNull())
      .addColumn("message", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("log_line_key", ["model", "seq"])
      .execute();
    await db.schema
      .createIndex("log_line_time")
      .on("log_line")
      .columns(["model", "time", "seq"])
      .execute();
    await db.schema
      .createTable("log_cursor")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("machine", "text", (column) => column.notNull())
      .addColumn("spool", "text", (column) => column.notNull())
      .addColumn("sequence", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("log_cursor_key", ["model", "machine"])
      .execute();
  },
};
