/** Serves Storage: pools, and what keeps data for units. */
import { Problem } from "#base/problem.ts";
import { Storage } from "#contract/storage.ts";
import { parseTagOf, toTag } from "#contract/tags.ts";
import { detach, removeStorage } from "#domain/storage/leave.ts";
import * as pool from "#domain/storage/pool.ts";
import * as storage from "#domain/storage/storage.ts";
import { addMore, attachTo } from "#domain/storage/unit-storage.ts";
import { attempt, implement } from "../facade.ts";
import { read, type Session, write } from "../session.ts";
import { readStorage, toFilesystemDetails, toStorageDetails } from "../storage-details.ts";

export default implement(Storage, {
  async AddToUnit(session, { unit, name: store, storage: directive }) {
    const more = { unit: parseTagOf("unit", unit), store, directive, now: nowOf(session) };
    const ids = await write(session, (tx) => addMore(tx, more));
    return { result: { "storage-tags": ids.map((id) => toTag("storage", id)) } };
  },

  async Attach(session, pair) {
    const wanted = { ...toPair(pair), now: nowOf(session) };
    const { unit } = wanted;
    if (unit === undefined) throw new Problem("not valid", `"" is not a valid unit tag`);
    await write(session, (tx) => attachTo(tx, { ...wanted, unit }));
    return {};
  },

  async CreatePool(session, { name, provider, attrs }) {
    await write(session, (tx) => pool.create(tx, { name, provider, attributes: attrs }));
    return {};
  },

  async DetachStorage(session, { ids: { ids } }) {
    const results: { error?: unknown }[] = [];
    for (const each of ids) {
      const one = () => write(session, (tx) => detach(tx, toPair(each)));
      results.push((await attempt(session.services.log, one)) ?? {});
    }
    return { results };
  },

  async Import(_session, { "provider-id": id }) {
    throw new Problem("not supported", `cannot import "${id}": storage cannot be imported yet`);
  },

  async ListFilesystems(session, { machines }) {
    const view = await read(session, readStorage);
    const all = view.instances.map((each) => toFilesystemDetails(view, each));
    const isMeant = (tags: readonly string[]) =>
      machines.length === 0 || tags.some((tag) => machines.includes(tag));
    return {
      result: all.filter((each) => isMeant(Object.keys(each["machine-attachments"] ?? {}))),
    };
  },

  async ListPools(session, { names, providers }) {
    const all = await read(session, pool.list);
    const isAmong = (list: readonly string[], value: string) =>
      list.length === 0 || list.includes(value);
    const missing = names.find((name) => all.every((each) => each.name !== name));
    if (missing !== undefined) throw new Problem("not found", `pool "${missing}" not found`);
    const meant = all.filter(
      ({ name, provider }) => isAmong(names, name) && isAmong(providers, provider),
    );
    return {
      "storage-pools": meant.map(({ name, provider, attributes: attrs }) => ({
        ...{ name, provider, attrs },
      })),
    };
  },

  async ListStorageDetails(session) {
    const view = await read(session, readStorage);
    return { result: view.instances.map((each) => toStorageDetails(view, each)) };
  },

  async ListVolumes() {
    return { result: [] };
  },

  async Remove(session, { tag, force = false, ...rest }) {
    const removal = {
      destroysAttachments: rest["destroy-attachments"] || force,
      destroysData: rest["destroy-storage"],
      isForced: force,
    };
    await write(session, (tx) => removeStorage(tx, parseTagOf("storage", tag), removal));
    return {};
  },

  async RemovePool(session, { name }) {
    await write(session, (tx) => pool.remove(tx, name));
    return {};
  },

  async StorageDetails(session, { tag }) {
    const id = parseTagOf("storage", tag);
    return read(session, async (tx) => {
      const found = await storage.get(tx, id);
      return { result: toStorageDetails(await readStorage(tx), found) };
    });
  },

  async UpdatePool(session, { name, provider, attrs }) {
    await write(session, (tx) => pool.update(tx, { name, provider, attributes: attrs }));
    return {};
  },
});

function nowOf({ services }: Session): Temporal.Instant {
  return services.clock.now();
}

function toPair(pair: { readonly "storage-tag": string; readonly "unit-tag": string }) {
  const unit = pair["unit-tag"];
  return {
    storage: parseTagOf("storage", pair["storage-tag"]),
    unit: unit === "" ? undefined : parseTagOf("unit", unit),
  };
}
