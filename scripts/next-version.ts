/** The version after this one, for trying upgrades. */
import { currentVersion } from "#release/current.ts";
import { parseVersion } from "#release/version.ts";

const { major, minor, patch } = parseVersion(currentVersion);

export const nextVersion = `${major}.${minor}.${patch + 1}`;
