/** A unit's agent, as long as the machine's runs it. */
import type { UnitAgent } from "../unit/unit-agent.ts";

export interface RunningUnit {
  /** Lets it end what it does. */
  readonly stop: AbortController;
  /** Cuts short what it does. */
  readonly kill: AbortController;
  readonly ended: Promise<void>;
  hasEnded: boolean;
  agent: UnitAgent | undefined;
}

export interface UnitSignals extends Pick<RunningUnit, "stop" | "kill"> {
  /** Of the whole agent. */
  readonly signal: AbortSignal;
}

export function isEnding({ stop, hasEnded }: RunningUnit): boolean {
  return stop.signal.aborted && !hasEnded;
}
