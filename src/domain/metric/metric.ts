/**
 * Metrics: what units have measured of their workloads, for people to see.
 *
 * Of each metric the last measurement stays, for each set of labels by itself. Who wants to see
 * them over time asks for them from time to time.
 */
import { byText } from "#base/order.ts";
import { Problem } from "#base/problem.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";

export interface Measurement {
  readonly key: string;
  readonly value: string;
  readonly time: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Metric extends Measurement {
  readonly unit: string;
}

interface MetricTable extends Omit<Metric, "labels"> {
  readonly model: string;
  readonly labels: string;
}

declare module "#store/database.ts" {
  interface Database {
    readonly metric: MetricTable;
  }
}

/** Of one unit; beyond them, those go that were measured longest ago. */
export const metricsMax = 200;
/** Of a key, a value or the labels; the tool of charms lets through less. */
export const textLengthMax = 2000;

/** What the unit has measured now. Throws `not valid` for more than one hook measures. */
export async function record(
  tx: Transaction,
  name: string,
  measured: readonly Measurement[],
): Promise<void> {
  if (measured.length === 0) return;
  refuseTooMuch(name, measured);
  for (const { key, value, time, labels } of measured) {
    const named = { key, labels: toText(labels) };
    await tx
      .insertInto("metric")
      .values({ model: tx.model, unit: name, ...named, value, time })
      .onConflict((conflict) =>
        conflict.columns(["model", "unit", "key", "labels"]).doUpdateSet({ value, time }),
      )
      .execute();
  }
  await forgetOldest(tx, name);
  await changed(tx, "metric", name);
}

function refuseTooMuch(name: string, measured: readonly Measurement[]): void {
  const subject = `cannot record metrics of unit "${name}"`;
  if (measured.length > metricsMax) {
    const message = `${subject}: ${measured.length} are more than ${metricsMax}`;
    throw new Problem("not valid", message);
  }
  const texts = measured.flatMap(({ key, value, labels }) => [key, value, toText(labels)]);
  const length = Math.max(...texts.map((text) => text.length));
  if (length <= textLengthMax) return;
  const message = `${subject}: ${length} characters are more than ${textLengthMax}`;
  throw new Problem("not valid", message);
}

async function forgetOldest(tx: Transaction, name: string): Promise<void> {
  const rows = await selectMetrics(tx).where("unit", "=", name).orderBy("time", "desc").execute();
  for (const { key, labels } of rows.slice(metricsMax)) {
    await tx
      .deleteFrom("metric")
      .where("model", "=", tx.model)
      .where("unit", "=", name)
      .where("key", "=", key)
      .where("labels", "=", labels)
      .execute();
  }
}

/** Of a unit that is gone. */
export async function removeAll(tx: Transaction, name: string): Promise<void> {
  await tx.deleteFrom("metric").where("model", "=", tx.model).where("unit", "=", name).execute();
}

/** Of one unit, by their keys. */
export async function listOf(tx: ReadTransaction, name: string): Promise<Metric[]> {
  const rows = await selectMetrics(tx)
    .where("unit", "=", name)
    .orderBy("key")
    .orderBy("labels")
    .execute();
  return rows.map(({ model: _, labels, ...row }) => ({ ...row, labels: JSON.parse(labels) }));
}

function selectMetrics(tx: ReadTransaction) {
  return tx.selectFrom("metric").selectAll().where("model", "=", tx.model);
}

/** The same labels are the same text, in whatever order they were given. */
function toText(labels: Measurement["labels"]): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(labels).toSorted(([one], [other]) => byText(one, other))),
  );
}
