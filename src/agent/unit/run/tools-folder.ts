/**
 * The folder of a unit's hook tools: a small program under each of their names.
 *
 * It comes first in a hook's PATH. The program is in Perl, which starts in a millisecond and is on
 * every Debian and Ubuntu; where it is missing the agent's own program serves, which is slower.
 */
import { access, constants, symlink } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder, removeTree, replaceLink, writeFileDurably } from "#base/files.ts";
import { hookToolNames } from "../../hook-tool-kit/run-hook-tool.ts";
import { localCommandNames } from "../../local-command.ts";
import type { Program } from "../../machine/setting.ts";

const perl = "/usr/bin/perl";
const standIn = ".hook-tool";

/** Makes the folder anew; what an older version had left in it is gone. */
export async function makeToolsFolder(
  folder: string,
  { executable, hookTool }: Program,
): Promise<void> {
  await removeTree(folder);
  await makeFolder(folder);
  const tool = await provideTool(folder, { executable, hookTool });
  for (const name of [...hookToolNames, ...localCommandNames]) {
    await symlink(tool, join(folder, name));
  }
}

/** For whoever looks for `juju-exec` outside of a hook, whose PATH does not lead to any unit's tools. */
export async function linkCommands(folder: string, program: Program): Promise<void> {
  const tool = await provideTool(folder, program);
  for (const name of localCommandNames) await replaceLink(join(folder, name), tool);
}

/** What links lead to. */
async function provideTool(
  folder: string,
  { executable, hookTool }: Pick<Program, "executable" | "hookTool">,
): Promise<string> {
  const hasPerl = await access(perl, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (hasPerl) return hookTool;
  const quoted = `'${executable.replaceAll("'", `'\\''`)}'`;
  const script = `#!/bin/sh\nJUMAR_TOOL="$0" exec ${quoted} hook-tool "\${0##*/}" "$@"\n`;
  await writeFileDurably(join(folder, standIn), script, 0o755);
  return standIn;
}
