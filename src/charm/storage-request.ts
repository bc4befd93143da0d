/**
 * What somebody asks for of a charm's storage, held against what the charm allows and the cloud has.
 *
 * Whoever hears of a request first checks it: the command line before it sends a charm, a hook's tool
 * before the hook goes on, and the controller before it counts.
 */
import { Problem } from "#base/problem.ts";
import type { Metadata } from "./metadata.ts";
import type { Storage } from "./storage.ts";

/** How many instances of one store a unit has at most, where the charm names no bound. */
const countMax = 100;

const defaultSizeMib = 1024;

export interface Request {
  readonly count: number;
  readonly sizeMib: number;
}

/** Who asks for storage without a number wants one; who does not ask gets what must be. */
export function completeRequest(
  { countMin, sizeMinMib }: Storage,
  given: { readonly size?: number | undefined; readonly count?: number | undefined } | undefined,
): Request {
  return {
    sizeMib: given?.size || sizeMinMib || defaultSizeMib,
    count: given?.count ?? (given ? Math.max(countMin, 1) : countMin),
  };
}

/** Throws `not valid`, with Juju's text, for a store that the charm does not have. */
export function getStore({ name, storage }: Pick<Metadata, "name" | "storage">, store: string) {
  const found = Object.hasOwn(storage, store) ? storage[store] : undefined;
  if (found) return found;
  throw new Problem("not valid", `charm "${name}" has no store called "${store}"`);
}

/** Throws `not valid` and `not supported`, with Juju's texts where it has them. */
export function checkRequest(subject: string, store: Storage, { count, sizeMib }: Request): void {
  checkCount(subject, store, count);
  if (count === 0) return;
  if (store.type === "block") {
    const reason = "block devices are not supported on the local cloud, which has filesystems only";
    throw new Problem("not supported", `${subject}: ${reason}`);
  }
  if (store.shared) {
    throw new Problem("not supported", `${subject}: shared storage support not implemented`);
  }
  if (sizeMib < store.sizeMinMib) {
    const message = `minimum storage size is ${store.sizeMinMib} MiB, ${sizeMib} MiB specified`;
    throw new Problem("not valid", `${subject}: ${message}`);
  }
}

/** More or fewer instances than the charm allows. */
function checkCount(subject: string, store: Storage, count: number): void {
  const { countMin: least, countMax: most } = store;
  const refuse = (reason: string): never => {
    throw new Problem("not valid", `${subject}: ${reason}`);
  };
  if (!Number.isSafeInteger(count) || count < 0) refuse(`${count} instances cannot be`);
  if (least === 1 && most === 1 && count !== 1) refuse(`storage is singular, ${count} specified`);
  if (count < least) refuse(`${least} instances required, ${count} specified`);
  if (most !== -1 && count > most)
    refuse(`at most ${most} instances supported, ${count} specified`);
  if (count > countMax) refuse(`a unit has at most ${countMax} instances, ${count} specified`);
}
