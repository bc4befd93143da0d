/** What tools see and change of what the leader tells the application's other units. */
import type { LeaderContext } from "../../../hook-context.ts";
import { type HookSubject, requireLeader, type Seen } from "./subject.ts";

export function leaderContext(subject: HookSubject, seen: Seen): LeaderContext {
  const { controller } = subject;
  return {
    leaderSettings() {
      seen.leaderSettings ??= controller.leaderSettings();
      return seen.leaderSettings;
    },

    async setLeaderSettings(settings) {
      await requireLeader(subject, "cannot write leadership settings");
      await controller.setLeaderSettings(settings);
      delete seen.leaderSettings;
    },
  };
}
