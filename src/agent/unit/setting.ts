/** What a unit's agent works with. */
import type { Clock } from "#base/clock.ts";
import type { Log } from "#base/log.ts";
import type { Wrench } from "#base/wrench.ts";
import type { DesiredState, DesiredUnit } from "#contract/machine-agent.ts";
import type { HookServer } from "../hook-server.ts";
import type { MachineTurns, Turns } from "../turns.ts";
import type { Deployment } from "./charm/deploy-charm.ts";
import type { ControllerView } from "./controller-view.ts";
import type { Leadership } from "./leadership.ts";
import type { UnitPaths } from "./paths.ts";

export interface UnitSetting {
  readonly name: string;
  readonly machine: string;
  /** The name of the boot that the machine is in. */
  readonly boot: string;
  readonly version: string;
  /** Whether charms have the host to themselves. */
  readonly hasHost: boolean;
  readonly systemPath: string;
  readonly paths: UnitPaths;
  readonly clock: Clock;
  /** What the agent says of the unit, and what the charm says itself. */
  readonly log: Log;
  readonly charmLog: Log;
  readonly wrench: Wrench;
  readonly hookLock: Turns;
  readonly machineTurns: MachineTurns;
  readonly controller: ControllerView;
  readonly leadership: Leadership;
  readonly server: Pick<HookServer, "path" | "setRunning" | "settled">;
  /** Ends whatever is under way, as if the agent had died. */
  readonly signal: AbortSignal;
  /** Lets the machine go down and come up again, as soon as all its units have ended what they do. */
  reboot(): void;
  /** Fetches a charm's archive into a file and verifies it. */
  fetchCharm(charm: Deployment, file: string): Promise<void>;
  /** Fetches the bytes that a resource has now into a file. */
  fetchResource(name: string, file: string): Promise<void>;
}

/** What is desired of the machine, and of this unit on it. */
export interface Wanted {
  readonly state: DesiredState;
  readonly unit: DesiredUnit;
  /** Of the unit's settings and addresses. */
  readonly configHash: string;
}
