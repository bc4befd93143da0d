/** Serves what Application says of who may reach an application: exposure and bindings. */
import type { Application } from "#contract/application.ts";
import { parseTagOf } from "#contract/tags.ts";
import * as application from "#domain/application/application.ts";
import { checkBindings } from "#domain/application/bindings.ts";
import { expose, unexpose } from "#domain/application/exposure.ts";
import type { Handlers } from "../facade.ts";
import { read, write } from "../session.ts";

type ExposureMethods = "Expose" | "MergeBindings" | "Unexpose";

export const exposureHandlers: Pick<Handlers<typeof Application.methods>, ExposureMethods> = {
  async Expose(session, { application: name, "exposed-endpoints": endpoints }) {
    const exposure = Object.entries(endpoints).map(([endpoint, to]) => {
      const { "expose-to-cidrs": cidrs = [], "expose-to-spaces": spaces = [] } = to;
      return [endpoint, { cidrs, spaces }] as const;
    });
    await write(session, (tx) => expose(tx, name, Object.fromEntries(exposure)));
  },

  async Unexpose(session, { application: name, "exposed-endpoints": endpoints }) {
    await write(session, (tx) => unexpose(tx, name, endpoints));
  },

  async MergeBindings(session, { "application-tag": tag, bindings }) {
    const name = parseTagOf("application", tag);
    await read(session, async (tx) => {
      const { charm } = await application.getAlive(tx, name);
      await checkBindings(tx, { charm, bindings });
    });
    return {};
  },
};

/** Where an application is exposed, as the wire says it; empty for one that is not. */
export function describeExposure({ exposure }: application.Application) {
  const described = Object.entries(exposure).map(([endpoint, { cidrs, spaces }]) => [
    endpoint,
    {
      ...(cidrs.length > 0 ? { "expose-to-cidrs": cidrs } : {}),
      ...(spaces.length > 0 ? { "expose-to-spaces": spaces } : {}),
    },
  ]);
  return Object.fromEntries(described);
}
