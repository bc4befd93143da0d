/**
 * Meter status: what somebody says of how much a unit uses, by a colour.
 *
 * Whoever bills for that said it in Juju, and an operator who tries a charm; here, the operator.
 */
import { Problem } from "#base/problem.ts";
import type { Transaction } from "#store/database.ts";
import * as application from "../application/application.ts";
import * as unit from "./unit.ts";

const colors = ["GREEN", "AMBER", "RED"] as const;
const infoLengthMax = 1000;

interface Said {
  readonly status: string;
  readonly info: string;
}

/** Throws `not found`, and `not valid` for a status that there is not. */
export async function setOfUnit(tx: Transaction, name: string, said: Said): Promise<void> {
  const change = toChange(said);
  await unit.get(tx, name);
  await unit.change(tx, name, change);
}

/** Of every unit that the application has. Throws as `setOfUnit` does. */
export async function setOfApplication(tx: Transaction, name: string, said: Said): Promise<void> {
  const change = toChange(said);
  await application.get(tx, name);
  const units = await unit.list(tx, { application: name });
  for (const each of units) await unit.change(tx, each.name, change);
}

function toChange({ status, info }: Said): unit.UnitChange {
  if (!colors.some((color) => color === status)) {
    const expected = `expected one of ${colors.join(", ")}`;
    throw new Problem("not valid", `meter status "${status}" not valid, ${expected}`);
  }
  if (info.length > infoLengthMax) {
    throw new Problem("not valid", `meter info has more than ${infoLengthMax} characters`);
  }
  return { meterStatus: status, meterInfo: info };
}
