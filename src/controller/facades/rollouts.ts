/** Serves Rollouts. */
import { Rollouts, type WireRollout } from "#contract/rollouts.ts";
import * as rollout from "#domain/rollout/rollout.ts";
import { implement } from "../facade.ts";
import { scopeOf } from "../session.ts";

export default implement(Rollouts, {
  async List(session, { id }) {
    const { store } = session.services;
    const rollouts = await store.read(scopeOf(session), (tx) =>
      rollout.list(tx, id === 0 ? undefined : id),
    );
    return { rollouts: rollouts.map(toWire) };
  },
});

function toWire(each: rollout.StoredRollout): WireRollout {
  const { id, kind, subject, from, to, state, started, ended, members } = each;
  return {
    ...{ id, kind, subject, from, to, state, started, ended },
    next: sayNext(each),
    "started-by": each.startedBy,
    members: members.map((member) => ({ ...member, since: member.since.toString() })),
  };
}

/** What happens next, or what somebody has to do. */
function sayNext({ state, kind, subject, members, ended }: rollout.StoredRollout): string {
  const count = (stage: string) => members.filter((member) => member.stage === stage).length;
  const retry = kind === "agents" ? "upgrade-model" : `upgrade-charm ${subject}`;
  switch (state) {
    case "planned":
    case "rolling":
      return `${count("upgrading")} upgrading, ${count("waiting")} waiting`;
    case "halted":
      if (ended === "") return `${count("upgrading")} on their way, no more will start`;
      return `${count("failed")} failed: when the reason is mended, run ${retry} again`;
    case "aborted":
      return ended === "" ? `${count("upgrading")} on their way, no more will start` : "nothing";
    case "done":
      return "nothing";
  }
}
