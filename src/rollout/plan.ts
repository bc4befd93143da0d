/**
 * Plans: who upgrades in which order, or everything that stands in the way.
 *
 * The blockers of an upgrade are all told at once, each with its facts, so that an operator does
 * not meet them one after the other. What is planned here is what a dry run shows and what a
 * rollout executes.
 */
import type { Plan } from "./rollout.ts";

/** What keeps an upgrade from starting. `override` is the flag that lets it start all the same. */
export interface Blocker {
  readonly code: "agents behind" | "upgrade in progress";
  readonly message: string;
  readonly override: string | null;
}

/** How careful to be. */
export interface Policy {
  readonly failuresMax: number;
  readonly patienceSeconds: number | null;
}

/** All agents at once: each returns by itself if the new version does not work. */
export const agentPolicy: Policy = { failuresMax: 0, patienceSeconds: 30 * 60 };

/**
 * All units at once, as Juju has it and charms that coordinate among their peers depend on. A hook
 * that fails is retried for ever, so no unit counts as failed.
 */
export const charmPolicy: Policy = { failuresMax: 0, patienceSeconds: null };

/** One wave of everybody, in the order of their names. */
export function planAllAtOnce(ids: readonly string[], policy: Policy): Plan {
  const wave = ids.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return { waves: [wave], inFlightMax: wave.length, ...policy };
}

export interface AgentFacts {
  /** Each machine and the version that its agent reported last, or null before it ever did. */
  readonly machines: readonly { readonly id: string; readonly version: string | null }[];
  /** What the model is at, and what it is to be. */
  readonly current: string;
  readonly target: string;
  /** Whether this is to bring those along that an earlier upgrade to the target left behind. */
  readonly isRetry: boolean;
  /** The rollout of agents that is under way in the model, or null. */
  readonly underWay: { readonly id: number; readonly to: string } | null;
}

/**
 * What stands in the way of upgrading a model's agents, in the words that Juju uses. A machine is
 * behind that runs neither the old version nor the new.
 */
export function blockersOf(facts: AgentFacts): Blocker[] {
  const { machines, current, target, isRetry, underWay } = facts;
  const blockers: Blocker[] = [];
  if (underWay) {
    const message = `upgrade in progress: rollout ${underWay.id} to ${underWay.to}`;
    blockers.push({ code: "upgrade in progress", message, override: null });
  }
  const behind = machines.filter(({ version }) => version !== current && version !== target);
  if (behind.length > 0 && !isRetry) {
    const names = behind.map(({ id }) => `machine-${id}`).join(", ");
    const message = `some agents have not upgraded to the current model version ${current}: ${names}`;
    blockers.push({ code: "agents behind", message, override: "--ignore-agent-versions" });
  }
  return blockers;
}
