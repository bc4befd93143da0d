/** The charms that foreign code is tried with, made ready to be deployed. */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../scripts/bundle.ts";
import type { Scratch } from "../../scripts/scratch.ts";

const charms = join(root, "tests", "compatibility", "charms");
const counter = join(root, "examples", "charms", "counter");

/** A copy of the charm, which the test may change; one on ops brings ops along, as charmcraft packs it. */
export async function copyCharm(
  scratch: Scratch,
  name: string,
  { on, as = name }: { readonly on: "bash" | "ops"; readonly as?: string },
): Promise<string> {
  const folder = join(scratch.folder, "charms", as);
  const whole = { recursive: true, verbatimSymlinks: true };
  await cp(join(charms, name), folder, whole);
  if (on === "ops") await cp(join(counter, "venv"), join(folder, "venv"), whole);
  return folder;
}
