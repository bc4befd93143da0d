/** What tools see and change of the keys that a charm keeps with the controller. */
import { refuseLargeState } from "#charm/unit-state.ts";
import type { StateContext } from "../../../hook-context.ts";
import { type HookSubject, overlay, type Seen, unitData } from "./subject.ts";

export function stateContext(subject: HookSubject, seen: Seen): StateContext {
  const { changes, desired } = subject;
  const state = async () => overlay((await unitData(subject, seen)).state, changes.all.state);
  return {
    state,

    async setState(values) {
      refuseLargeState(desired.name, overlay(await state(), values));
      await changes.setState(values);
    },
  };
}
