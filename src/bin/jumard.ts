/** jumard: the agent of a machine, and on the machine of a controller that controller as well. */
import { join } from "node:path";
import { main } from "#agent/main.ts";
import { systemClock } from "#base/clock.ts";
import { readTextIfAny } from "#base/files.ts";
import { controllerConfPath, parseControllerConf } from "#release/controller-conf.ts";
import { currentVersion } from "#release/current.ts";

const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());

const status = await main(process.argv.slice(2), {
  signal: stop.signal,
  async companion({ layout, log }) {
    const path = join(layout.dataDir, controllerConfPath);
    const text = await readTextIfAny(path);
    if (text === undefined) return undefined;
    const { startController } = await import("#controller/controller.ts");
    const setting = { folder: join(path, ".."), version: currentVersion, clock: systemClock, log };
    return startController({ conf: parseControllerConf(text), ...setting });
  },
});
process.exit(status);
