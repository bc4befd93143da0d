/** Serves Charms. */
import { Charms } from "#contract/charms.ts";
import * as charm from "#domain/charm/charm.ts";
import { implement } from "../facade.ts";
import { scopeOf } from "../session.ts";

export default implement(Charms, {
  async CharmInfo(session, { url }) {
    const { store } = session.services;
    const { revision, content } = await store.read(scopeOf(session), (tx) => charm.get(tx, url));
    const { metadata, config, actions, manifest } = content;
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
        storage: metadata.storage,
        resources: metadata.resources,
        tags: metadata.tags,
      },
      ...(actions === null ? {} : { actions: { specs: actions } }),
      ...(manifest === null ? {} : { manifest }),
    };
  },

  async List(session, { names }) {
    const charms = await session.services.store.read(scopeOf(session), charm.list);
    const wanted = charms.filter(({ name }) => names.length === 0 || names.includes(name));
    return { "charm-urls": wanted.map(({ url }) => url) };
  },
});
