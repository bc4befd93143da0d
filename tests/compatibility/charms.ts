/** The charms that foreign code is tried with, made ready to be deployed. */
import { cp } from "node:fs/promises";
import { basename, join } from "node:path";
import { root } from "../../scripts/bundle.ts";
import type { Scratch } from "../../scripts/scratch.ts";

const charms = join(root, "tests", "compatibility", "charms");
const counter = join(root, "examples", "charms", "counter");

/** What packages needed when they were installed, and is too big to be carried about. */
const unneeded =
  /^(?:setuptools|pbr|netaddr|contrib|_?distutils.*|tests|__pycache__|.*\.dist-info)$/;

interface Wish {
  /** A charm on ops brings ops along, as charmcraft packs it; one on another framework has that. */
  readonly on: "bash" | "ops" | "reactive";
}

/** A copy of the charm, which the test may change. */
export async function copyCharm(scratch: Scratch, name: string, { on }: Wish): Promise<string> {
  const folder = join(scratch.folder, "charms", name);
  const filter = (path: string) => !unneeded.test(basename(path));
  const whole = { recursive: true, verbatimSymlinks: true, filter };
  await cp(join(charms, name), folder, whole);
  if (on === "ops") await cp(join(counter, "venv"), join(folder, "venv"), whole);
  return folder;
}
