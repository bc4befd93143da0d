/** What an entity has said of itself before, in the words of the wire. */
import { Problem } from "#base/problem.ts";
import type { Client } from "#contract/client.ts";
import type { ParamsOf, ResultOf } from "#contract/facade.ts";
import { parseTag } from "#contract/tags.ts";
import * as application from "#domain/application/application.ts";
import * as machine from "#domain/machine/machine.ts";
import * as model from "#domain/model/model.ts";
import * as history from "#domain/status/history.ts";
import { entities } from "#domain/status/status.ts";
import * as unit from "#domain/unit/unit.ts";
import type { ReadTransaction } from "#store/database.ts";

type Request = ParamsOf<(typeof Client)["methods"]["StatusHistory"]>;
type WireStatus = ResultOf<
  (typeof Client)["methods"]["StatusHistory"]
>["history"]["statuses"][number];

/** What each kind of history is about, by the id of the entity; the kind names what said it. */
const entitiesByKind: Readonly<Record<string, (id: string) => Readonly<Record<string, string>>>> = {
  application: (id) => ({ [entities.application(id)]: "application" }),
  machine: (id) => ({ [entities.instance(id)]: "machine" }),
  "juju-machine": (id) => ({ [entities.machineAgent(id)]: "juju-machine" }),
  container: (id) => ({ [entities.instance(id)]: "container" }),
  "juju-container": (id) => ({ [entities.machineAgent(id)]: "juju-container" }),
  unit: (id) => ({ [entities.unitAgent(id)]: "juju-unit", [entities.workload(id)]: "workload" }),
  "juju-unit": (id) => ({ [entities.unitAgent(id)]: "juju-unit" }),
  workload: (id) => ({ [entities.workload(id)]: "workload" }),
};

/** Oldest first. Throws `not found` for what there is not, and `not valid` for a kind without history. */
export async function readHistory(
  tx: ReadTransaction,
  { historyKind: kind, tag, filter, size }: Request,
  now: Temporal.Instant,
): Promise<WireStatus[]> {
  if (kind === "model") return [await ofModel(tx)];
  const toEntities = Object.hasOwn(entitiesByKind, kind) ? entitiesByKind[kind] : undefined;
  if (toEntities === undefined)
    throw new Problem("not valid", `invalid status history kind "${kind}"`);
  const { id } = await findEntity(tx, tag);
  const kinds = toEntities(id);
  const found = await history.list(tx, {
    entities: Object.keys(kinds),
    size: filter.size || size || undefined,
    from: toFrom(filter, now),
    exclude: filter.exclude,
  });
  return found.map(({ entity, message, since, ...said }) => ({
    ...{ ...said, info: message, since: since.toString(), kind: kinds[entity] ?? kind },
    ...{ version: "", life: "" },
  }));
}

/** A model says nothing of itself; what is known of it is how it is. */
async function ofModel(tx: ReadTransaction): Promise<WireStatus> {
  const { life, created } = await model.get(tx);
  const status = life === "alive" ? "available" : "destroying";
  return {
    ...{ status, info: "", data: {}, since: created, kind: "model", version: "", life: "" },
  };
}

async function findEntity(tx: ReadTransaction, tag: string): Promise<{ readonly id: string }> {
  const { kind, id } = parseTag(tag);
  if (kind === "unit") await unit.get(tx, id);
  if (kind === "machine") await machine.get(tx, id);
  if (kind === "application") await application.get(tx, id);
  return { id };
}

function toFrom({ date, delta }: Request["filter"], now: Temporal.Instant) {
  const nanoseconds = Number(delta ?? 0);
  if (nanoseconds > 0) return now.subtract({ milliseconds: Math.round(nanoseconds / 1e6) });
  return date ? parseDate(date) : undefined;
}

function parseDate(date: string): Temporal.Instant {
  try {
    return Temporal.Instant.from(date);
  } catch (error) {
    throw new Problem("not valid", `"${date}" is not a date in RFC 3339`, { cause: error });
  }
}
