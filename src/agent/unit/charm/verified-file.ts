/** Files that were fetched before: such a file counts only if all of it is there. */
import { exists } from "#base/files.ts";
import { isProblem } from "#base/problem.ts";
import { type Digest, verifyFile } from "#release/bundle.ts";

export async function isWhole(file: string, promised: Digest): Promise<boolean> {
  if (!(await exists(file))) return false;
  try {
    await verifyFile(file, promised);
    return true;
  } catch (error) {
    if (!isProblem(error, "not valid")) throw error;
    return false;
  }
}
