/** What tools see and change of ports. */
import type { PortContext } from "../../../hook-context.ts";
import { readBindings } from "../../charm/charm-files.ts";
import { type HookSubject, type Seen, unitData } from "./subject.ts";

export function portContext(subject: HookSubject, seen: Seen): PortContext {
  const { changes, desired } = subject;
  const open = async () => (await unitData(subject, seen)).ports;
  const endpoints = async () =>
    (await readBindings(subject.charm)).filter((name) => name !== "juju-info");
  return {
    openPorts: async (ranges) =>
      changes.openPorts(ranges, { unit: desired.name, open: await open() }),
    closePort: async (range) =>
      changes.closePort(range, {
        open: await open(),
        endpoints: range.endpoint === "" ? [] : await endpoints(),
      }),
    openedPorts: async () => changes.portsAfter(await open()),
  };
}
