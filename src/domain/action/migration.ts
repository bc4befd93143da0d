/** Operations, the tasks that they consist of, and what tasks say while they run. */
import { sql } from "kysely";
import type { Migration } from "#store/database.ts";

export const actionMigration: Migration = {
  name: "2026-11-22-action",
  async up(db) {
    await db.schema
      .createTable("operation")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("id", "bigint", (column) => column.notNull())
      .addColumn("summary", "text", (column) => column.notNull())
      .addColumn("fail", "text", (column) => column.notNull())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("enqueued", "text", (column) => column.notNull())
      .addColumn("started", "text", (column) => column.notNull())
      .addColumn("completed", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("operation_key", ["model", "id"])
      .execute();
    await db.schema
      .createTable("task")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("id", "bigint", (column) => column.notNull())
      .addColumn("operation", "bigint", (column) => column.notNull())
      .addColumn("receiver_kind", "text", (column) => column.notNull())
      .addColumn("receiver", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("parameters", "text", (column) => column.notNull())
      .addColumn("parallel", "integer", (column) => column.notNull())
      .addColumn("execution_group", "text", (column) => column.notNull())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("message", "text", (column) => column.notNull())
      .addColumn("output", "text", (column) => column.notNull())
      .addColumn("enqueued", "text", (column) => column.notNull())
      .addColumn("started", "text", (column) => column.notNull())
      .addColumn("completed", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("task_key", ["model", "id"])
      .addCheckConstraint("task_receiver_kind", sql`receiver_kind IN ('unit', 'machine')`)
      .execute();
    await db.schema
      .createIndex("task_receiver")
      .on("task")
      .columns(["model", "receiver_kind", "receiver", "status"])
      .execute();
    await db.schema
      .createIndex("task_operation")
      .on("task")
      .columns(["model", "operation"])
      .execute();
    await db.schema
      .createTable("task_message")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("task", "bigint", (column) => column.notNull())
      .addColumn("number", "integer", (column) => column.notNull())
      .addColumn("time", "text", (column) => column.notNull())
      .addColumn("message", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("task_message_key", ["model", "task", "number"])
      .execute();
  },
};

/** For whoever asks which statuses an operation's tasks have, and not for the tasks. */
export const taskStatusMigration: Migration = {
  name: "2026-11-22-task-status",
  async up(db) {
    await db.schema
      .createIndex("task_operation_status")
      .on("task")
      .columns(["model", "operation", "status"])
      .execute();
  },
};
