/** Serves Payloads. */
import { Payloads } from "#contract/payloads.ts";
import { toTag } from "#contract/tags.ts";
import * as payload from "#domain/payload/payload.ts";
import * as unit from "#domain/unit/unit.ts";
import { implement } from "../facade.ts";
import { read } from "../session.ts";

export default implement(Payloads, {
  async List(session, { patterns }) {
    const { payloads, units } = await read(session, async (tx) => ({
      payloads: await payload.list(tx),
      units: await unit.list(tx),
    }));
    const machines = new Map(units.map(({ name, machine }) => [name, machine]));
    const described = payloads
      .map((each) => ({ ...each, machine: machines.get(each.unit) ?? "" }))
      .filter((each) => patterns.length === 0 || patterns.some((text) => isAbout(each, text)));
    return {
      results: described.map(({ unit: name, machine, ...each }) => ({
        ...each,
        unit: toTag("unit", name),
        machine: toTag("machine", machine),
      })),
    };
  },
});

function isAbout(
  { labels, ...about }: payload.Payload & { readonly machine: string },
  text: string,
): boolean {
  return [...Object.values(about), ...labels].includes(text);
}
