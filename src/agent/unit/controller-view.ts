/** What a unit asks of the controller and tells it; each method goes on until it has been heard. */
import type { TaskEnding } from "#contract/task.ts";
import type { HookChanges, StatusScope, UnitFacts } from "#contract/unit-agent.ts";
import { UnitAgent } from "#contract/unit-agent.ts";
import type { NamedPayload, NewPayload, Settings } from "../hook-context.ts";
import type { Link } from "../machine/link.ts";

export interface Said {
  readonly scope: StatusScope;
  readonly status: string;
  readonly info: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export type ControllerView = ReturnType<typeof viewController>;

export function viewController(
  link: Pick<Link, "facade" | "persist">,
  unit: string,
  signal: AbortSignal,
) {
  const facade = link.facade(UnitAgent, signal);
  const heard = <T>(body: () => Promise<T>): Promise<T> => link.persist(body, signal);
  let lastSaid: Promise<void> = Promise.resolve();
  return {
    commit(sequence: number, changes: HookChanges, facts: UnitFacts): Promise<void> {
      return heard(() => facade.Commit({ unit, sequence, changes, facts }));
    },
    /** Each is heard before the next is said: over a connection that is lost, none overtakes another. */
    setStatus(said: Said): Promise<void> {
      const saying = lastSaid.then(() =>
        heard(() => facade.SetStatus({ unit, data: {}, ...said })),
      );
      lastSaid = saying.catch(() => {});
      return saying;
    },
    statuses: () => heard(() => facade.Status({ unit })),
    setWorkloadVersion: (version: string) =>
      heard(() => facade.SetWorkloadVersion({ unit, version })),
    async relationSettings(relation: number, member: string): Promise<Settings> {
      const found = await heard(() => facade.RelationSettings({ unit, relation, member }));
      return found.settings;
    },
    data: () => heard(() => facade.UnitData({ unit })),
    cloudSpec: () => heard(() => facade.CloudSpec({ unit })),
    async secrets() {
      return (await heard(() => facade.Secrets({ unit }))).secrets;
    },
    secretContent: (asked: { id: string; label: string; revision: number }) =>
      heard(() => facade.SecretContent({ unit, ...asked })),
    reportStorage: (said: { storage: string; location: string; message: string }) =>
      heard(() => facade.ReportStorage({ unit, ...said })),
    releaseStorage: (storage: string) => heard(() => facade.ReleaseStorage({ unit, storage })),
    goalState: () => heard(() => facade.GoalState({ unit })),
    resource: (name: string) => heard(() => facade.Resource({ unit, name })),
    resourceFetched: (name: string, sha256: string) =>
      heard(() => facade.ResourceFetched({ unit, name, sha256 })),
    /** Fails with `leadership claim denied` while another unit leads; does not go on. */
    claimLeadership: (seconds: number) => facade.ClaimLeadership({ unit, seconds }),
    async leaderSettings(): Promise<Settings> {
      return (await heard(() => facade.LeaderSettings({ unit }))).settings;
    },
    setLeaderSettings: (settings: Settings) =>
      heard(() => facade.SetLeaderSettings({ unit, settings })),
    registerPayload: (payload: NewPayload) =>
      heard(() => facade.RegisterPayload({ unit, ...payload })),
    setPayloadStatus: (payload: NamedPayload & { readonly status: string }) =>
      heard(() => facade.SetPayloadStatus({ unit, ...payload })),
    unregisterPayload: (payload: NamedPayload) =>
      heard(() => facade.UnregisterPayload({ unit, ...payload })),
    beginTask: (task: number) => heard(() => facade.BeginTask({ unit, task })),
    async logTask(task: number, message: string): Promise<void> {
      await heard(() => facade.LogTask({ unit, task, message }));
    },
    async finishTask(ending: TaskEnding): Promise<void> {
      await heard(() => facade.FinishTask({ unit, ending }));
    },
    clearResolved: () => heard(() => facade.ClearResolved({ unit })),
    finished: () => heard(() => facade.Finished({ unit })),
  };
}
