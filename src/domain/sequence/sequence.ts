/** Sequences: numbers that are given once in the life of a model, even when their holder is gone. */
import type { ReadTransaction, Transaction } from "#store/database.ts";

interface SequenceTable {
  readonly model: string;
  readonly name: string;
  readonly next: number;
}

declare module "#store/database.ts" {
  interface Database {
    readonly sequence: SequenceTable;
  }
}

/** The next number of the sequence, from 0 on. */
export async function take(tx: Transaction, name: string): Promise<number> {
  const { next } = await tx
    .insertInto("sequence")
    .values({ model: tx.model, name, next: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(["model", "name"])
        .doUpdateSet(({ ref, eb }) => ({ next: eb(ref("sequence.next"), "+", 1) })),
    )
    .returning("next")
    .executeTakeFirstOrThrow();
  return next - 1;
}

/** The next number of every sequence of the model. */
export async function list(tx: ReadTransaction): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .selectFrom("sequence")
    .select(["name", "next"])
    .where("model", "=", tx.model)
    .orderBy("name")
    .execute();
  return new Map(rows.map(({ name, next }) => [name, next]));
}
