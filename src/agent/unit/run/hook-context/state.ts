/** What tools see and change of the keys that a charm keeps with the controller. */
import type { StateContext } from "../../../hook-context.ts";
import { type HookSubject, overlay, type Seen, unitData } from "./subject.ts";

export function stateContext(subject: HookSubject, seen: Seen): StateContext {
  const { changes } = subject;
  return {
    state: async () => overlay((await unitData(subject, seen)).state, changes.all.state),
    setState: (values) => changes.setState(values),
  };
}
