/**
 * The folder of a unit's hook tools: a small program under each of their names.
 *
 * It comes first in a hook's PATH. The program is in Perl, which starts in a millisecond and is on
 * every Debian and Ubuntu; where it is missing the agent's own program serves, which is slower.
 */
import { access, constants, symlink } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder, removeTree, writeFileDurably } from "#base/files.ts";
import type { Program } from "../machine/setting.ts";
import { hookToolNames } from "../run-hook-tool.ts";

const perl = "/usr/bin/perl";
const standIn = ".hook-tool";

/** Makes the folder anew; what an older version had left in it is gone. */
export async function makeToolsFolder(
  folder: string,
  { executable, hookTool }: Program,
): Promise<void> {
  await removeTree(folder);
  await makeFolder(folder);
  const hasPerl = await access(perl, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!hasPerl) {
    const quoted = `'${executable.replaceAll("'", `'\\''`)}'`;
    const script = `#!/bin/sh\nexec ${quoted} hook-tool "\${0##*/}" "$@"\n`;
    await writeFileDurably(join(folder, standIn), script, 0o755);
  }
  const program = hasPerl ? hookTool : standIn;
  for (const name of hookToolNames) await symlink(program, join(folder, name));
}
