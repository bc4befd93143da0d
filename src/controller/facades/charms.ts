/** Serves Charms. */
import type { Storage } from "#charm/storage.ts";
import { Charms } from "#contract/charms.ts";
import * as charm from "#domain/charm/charm.ts";
import { implement } from "../facade.ts";
import { scopeOf } from "../session.ts";
import { toActions } from "../tasks.ts";

export default implement(Charms, {
  async CharmInfo(session, { url }) {
    const { store } = session.services;
    const { revision, content } = await store.read(scopeOf(session), (tx) => charm.get(tx, url));
    const { metadata, config, actions, manifest, lxdProfile, metrics } = content;
    const options = Object.entries(config).map(([name, option]) => {
      const { type, description, default: standard } = option;
      return [name, { type, description, ...(standard === null ? {} : { default: standard }) }];
    });
    return {
      ...{ url, revision, config: Object.fromEntries(options) },
      meta: {
        name: metadata.name,
        summary: metadata.summary,
        description: metadata.description,
        subordinate: metadata.subordinate,
        provides: metadata.provides,
        requires: metadata.requires,
        peers: metadata.peers,
        series: metadata.series,
        storage: Object.fromEntries(Object.entries(metadata.storage).map(toWireStorage)),
        resources: metadata.resources,
        tags: metadata.tags,
        terms: metadata.terms,
        "extra-bindings": Object.fromEntries(metadata.extraBindings.map((name) => [name, name])),
        "min-juju-version": metadata.minJujuVersion,
      },
      ...(lxdProfile === undefined ? {} : { "lxd-profile": lxdProfile }),
      ...(actions === null ? {} : { actions: { specs: toActions(actions) } }),
      ...(manifest === null ? {} : { manifest }),
      ...(metrics === undefined ? {} : { metrics: { metrics, plan: { required: false } } }),
    };
  },

  async List(session, { names }) {
    const charms = await session.services.store.read(scopeOf(session), charm.list);
    const wanted = charms.filter(({ name }) => names.length === 0 || names.includes(name));
    return { "charm-urls": wanted.map(({ url }) => url) };
  },
});

function toWireStorage([name, storage]: [string, Storage]) {
  const { countMin, countMax, sizeMinMib, readOnly, ...rest } = storage;
  const counts = { "count-min": countMin, "count-max": countMax, "minimum-size": sizeMinMib };
  return [name, { ...rest, ...counts, "read-only": readOnly }] as const;
}
