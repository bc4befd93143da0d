/**
 * Wrenches: a way to stop a program at an exact point, to see that it goes on from there.
 *
 * A file in the wrench folder that has a point's name kills the process when it gets there, once.
 * Where there is no such folder, as everywhere but in tests, points cost nothing.
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";

export interface Wrench {
  /** Ends the process here if somebody has asked for it. */
  at(point: string): void;
}

/** Looks for wrenches in `folder`, if there is such a folder now. */
export function openWrench(folder: string): Wrench {
  if (!existsSync(folder)) return { at: () => {} };
  return {
    at(point) {
      const file = join(folder, point);
      if (!existsSync(file)) return;
      rmSync(file);
      process.kill(process.pid, "SIGKILL");
    },
  };
}
