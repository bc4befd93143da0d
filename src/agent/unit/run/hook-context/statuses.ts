/** What tools see and say of statuses. */
import type { Status, StatusContext } from "../../../hook-context.ts";
import { type HookSubject, requireLeader } from "./subject.ts";

export function statusContext(subject: HookSubject): StatusContext {
  const { controller } = subject;
  return {
    workloadStatus: async () => toStatus((await controller.statuses()).workload),

    async applicationStatus() {
      await requireLeader(subject, "cannot get application status");
      const { application: own, units } = await controller.statuses();
      const each = Object.entries(units).map(([name, status]) => [name, toStatus(status)] as const);
      return { ...toStatus(own), units: Object.fromEntries(each) };
    },

    async setStatus(scope, status, info) {
      if (scope === "application") await requireLeader(subject, "setting application status");
      else await subject.noteStatus();
      await controller.setStatus({ scope, status, info });
    },

    setWorkloadVersion: (version) => controller.setWorkloadVersion(version),
  };
}

function toStatus({ status, info, data }: { status: string; info: string; data: object }): Status {
  return { status, message: info, data: { ...data } };
}
