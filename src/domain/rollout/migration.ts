/** Rollouts and their members; kept for ever. */
import { sql } from "kysely";
import type { Migration } from "#store/database.ts";

export const rolloutMigration: Migration = {
  name: "2026-11-05-rollout",
  async up(db) {
    await db.schema
      .createTable("rollout")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("id", "bigint", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("subject", "text", (column) => column.notNull())
      .addColumn("from_what", "text", (column) => column.notNull())
      .addColumn("to_what", "text", (column) => column.notNull())
      .addColumn("modified_version", "bigint", (column) => column.notNull())
      .addColumn("plan", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("wave", "integer", (column) => column.notNull())
      .addColumn("started_by", "text", (column) => column.notNull())
      .addColumn("started", "text", (column) => column.notNull())
      .addColumn("ended", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("rollout_key", ["model", "id"])
      .addCheckConstraint("rollout_kind", sql`kind IN ('agents', 'charm')`)
      .addCheckConstraint(
        "rollout_state",
        sql`state IN ('planned', 'rolling', 'halted', 'done', 'aborted')`,
      )
      .execute();
    await db.schema
      .createTable("rollout_member")
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("rollout", "bigint", (column) => column.notNull())
      .addColumn("id", "text", (column) => column.notNull())
      .addColumn("place", "integer", (column) => column.notNull())
      .addColumn("wave", "integer", (column) => column.notNull())
      .addColumn("stage", "text", (column) => column.notNull())
      .addColumn("since", "text", (column) => column.notNull())
      .addColumn("message", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("rollout_member_key", ["model", "rollout", "id"])
      .addCheckConstraint(
        "rollout_member_stage",
        sql`stage IN ('waiting', 'upgrading', 'upgraded', 'failed', 'gone')`,
      )
      .execute();
  },
};
