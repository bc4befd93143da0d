/** Serves MetricsDebug. */
import { Problem } from "#base/problem.ts";
import { MetricsDebug } from "#contract/metrics-debug.ts";
import { parseTag } from "#contract/tags.ts";
import * as application from "#domain/application/application.ts";
import * as metric from "#domain/metric/metric.ts";
import * as meter from "#domain/unit/meter.ts";
import * as unit from "#domain/unit/unit.ts";
import type { ReadTransaction } from "#store/database.ts";
import { attempt, implement } from "../facade.ts";
import { read, write } from "../session.ts";

const entitiesMax = 1000;

export default implement(MetricsDebug, {
  async GetMetrics(session, { entities }) {
    if (entities.length > entitiesMax) {
      const message = `${entities.length} entities are more than ${entitiesMax}`;
      throw new Problem("bad request", message);
    }
    const measured = (find: (tx: ReadTransaction) => Promise<unit.Unit[]>) =>
      attempt(session.services.log, () =>
        read(session, async (tx) => ({ metrics: await listOf(tx, await find(tx)) })),
      );
    if (entities.length === 0) return { results: [await measured((tx) => unit.list(tx))] };
    const results = [];
    for (const { tag } of entities) results.push(await measured((tx) => findUnits(tx, tag)));
    return { results };
  },

  async SetMeterStatus(session, { tag, code: status, info = "" }) {
    const { kind, id } = parseUnitTag(tag);
    const said = { status, info };
    await write(session, (tx) =>
      kind === "unit" ? meter.setOfUnit(tx, id, said) : meter.setOfApplication(tx, id, said),
    );
  },
});

async function findUnits(tx: ReadTransaction, tag: string): Promise<unit.Unit[]> {
  const { kind, id } = parseUnitTag(tag);
  if (kind === "unit") return [await unit.get(tx, id)];
  await application.get(tx, id);
  return await unit.list(tx, { application: id });
}

/** Throws `not valid` for what is neither a unit nor an application. */
function parseUnitTag(text: string) {
  const tag = parseTag(text);
  if (tag.kind === "unit" || tag.kind === "application") return tag;
  throw new Problem("not valid", `"${text}" is not a valid unit or application tag`);
}

async function listOf(tx: ReadTransaction, units: readonly unit.Unit[]): Promise<metric.Metric[]> {
  const listed: metric.Metric[] = [];
  for (const { name } of units) listed.push(...(await metric.listOf(tx, name)));
  return listed;
}
