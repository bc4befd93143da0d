/** What tools ask of the machine. */
import { Problem } from "#base/problem.ts";
import type { RebootContext } from "../../../hook-context.ts";
import type { HookSubject } from "./subject.ts";

export function rebootContext({ askReboot }: HookSubject): RebootContext {
  return {
    async reboot(isNow) {
      if (askReboot) return askReboot(isNow);
      throw new Problem("not supported", "juju-reboot is not supported when running an action.");
    },
  };
}
