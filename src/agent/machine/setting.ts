/** What a machine's agent works with. */
import type { Clock } from "#base/clock.ts";
import type { Log } from "#base/log.ts";
import type { Wrench } from "#base/wrench.ts";
import type { AgentConf } from "#release/agent-conf.ts";
import type { Layout } from "#release/layout.ts";
import type { MachineLogs } from "../log/machine-logs.ts";
import type { Link } from "./link.ts";

export interface MachineSetting {
  readonly conf: AgentConf;
  readonly layout: Layout;
  /** The name of the boot that the machine is in. */
  readonly boot: string;
  /** The agent's own version. */
  readonly version: string;
  readonly program: Program;
  /** Where the commands of charms are looked for. */
  readonly systemPath: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly logs: MachineLogs;
  readonly wrench: Wrench;
  readonly link: Link;
}

/** The agent's own program, and what lies beside it. */
export interface Program {
  readonly executable: string;
  readonly launcher: string;
  readonly hookTool: string;
}
