/** Which facades a connection is offered: those of its scope, and an agent's only to agents. */
import type { Access, Facade } from "#contract/facade.ts";
import { facades } from "#contract/facades.ts";
import type { Session } from "./session.ts";

const agentLevels: readonly Access[] = ["machine", "unit"];

export function isInScope({ modelUuid }: Session, { scope }: Facade): boolean {
  return scope === "both" || (scope === "model") === (modelUuid !== undefined);
}

/** What a client reads to choose versions. */
export function listOffered(session: Session): { name: string; versions: readonly number[] }[] {
  const offered = facades.filter((facade) => isInScope(session, facade) && isFor(session, facade));
  return offered.map(({ name, versions }) => ({ name, versions }));
}

function isFor({ caller }: Session, { methods }: Facade): boolean {
  const isForAgents = Object.values(methods).every(({ access }) => agentLevels.includes(access));
  return !isForAgents || caller.kind === "machine";
}
