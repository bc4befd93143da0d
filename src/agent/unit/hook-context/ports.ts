/** What tools see and change of ports. */
import type { PortContext } from "../../hook-context.ts";
import { type HookSubject, type Seen, unitData } from "./subject.ts";

export function portContext(subject: HookSubject, seen: Seen): PortContext {
  const { changes, desired } = subject;
  const open = async () => (await unitData(subject, seen)).ports;
  return {
    openPorts: async (ranges) =>
      changes.openPorts(ranges, { unit: desired.name, open: await open() }),
    closePort: (range) => changes.closePort(range),
    openedPorts: open,
  };
}
