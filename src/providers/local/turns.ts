/**
 * What machines take turns with where they share a host that is theirs.
 *
 * Each machine would have a system of its own, and charms install packages there as they please. On
 * one host for all, who comes while another charm installs would fail, since whatever locks are held
 * then nobody waits for. So machines find these commands first in their PATH.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists, makeFolder, writeFileDurably } from "#base/files.ts";

const commandNames = ["apt", "apt-get", "add-apt-repository", "apt-add-repository"];
/** What programs hold that are started by their paths. */
const systemLocks = ["/var/lib/apt/lists/lock", "/var/lib/dpkg/lock-frontend"];
const lockName = ".lock";
/** Whoever can open it can hold it, and keep everybody from installing anything. */
const lockMode = 0o600;
/** Whoever has held the lock for so long does not let others wait for ever. */
const waitSecondsMax = 900;

/** Makes the commands in a folder, for those that are in `programs`. */
export async function makeTurns(folder: string, programs = "/usr/bin"): Promise<void> {
  await makeFolder(folder);
  await writeFile(join(folder, lockName), "", { flag: "a", mode: lockMode });
  for (const name of commandNames) {
    const program = join(programs, name);
    if (!(await exists(program))) continue;
    await writeFileDurably(join(folder, name), formatCommand(folder, program), 0o755);
  }
}

/**
 * The lock is that of the command alone: what it starts and leaves running does not have it. Who has
 * got past it still waits for those that did not come this way, as far as the system tells of them. Who
 * may not write to the lock may not install anything either, and only asks.
 */
function formatCommand(folder: string, program: string): string {
  return `#!/bin/sh
# Waits for whoever else installs packages on this host, and then is ${program}.
isBusy() {
  for lock in ${systemLocks.join(" ")}; do
    [ -e "$lock" ] && grep -q ":$(stat -c %i "$lock") " /proc/locks && return 0
  done
  return 1
}
if [ -z "$JUMAR_TURN" ] && command -v flock >/dev/null &&
  { command exec 9>>${quote(join(folder, lockName))}; } 2>/dev/null; then
  flock -w ${waitSecondsMax} 9
  seconds=0
  while [ $seconds -lt ${waitSecondsMax} ] && isBusy 2>/dev/null; do
    sleep 1 9>&-
    seconds=$((seconds + 1))
  done
fi
JUMAR_TURN=held ${quote(program)} "$@" 9>&-
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
