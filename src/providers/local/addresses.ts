/** The addresses of machines, each a file with the name of the instance that has it. */
import { randomInt } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists, hasCode, makeFolder, readTextIfAny } from "#base/files.ts";
import { Problem } from "#base/problem.ts";

const addressTriesMax = 1000;
const privateFolder = 0o700;

/** An address on loopback that no other machine of this root has. */
export async function claimAddress(root: string, id: string): Promise<string> {
  const addresses = join(root, "addresses");
  await makeFolder(addresses, privateFolder);
  const held = await findHeld(addresses, id);
  if (held !== undefined) return held;
  for (let tries = 0; tries < addressTriesMax; tries++) {
    const address = `127.${randomInt(64, 192)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;
    try {
      await writeFile(join(addresses, address), id, { flag: "wx" });
      return address;
    } catch (error) {
      if (!hasCode(error, "EEXIST")) throw error;
    }
  }
  throw new Problem("quota limit exceeded", `no address is free in ${addresses}`);
}

/** The address that the instance claimed before a crash. */
export async function findHeld(addresses: string, id: string): Promise<string | undefined> {
  const held = (await exists(addresses)) ? await readdir(addresses) : [];
  for (const address of held) {
    if ((await readTextIfAny(join(addresses, address))) === id) return address;
  }
  return undefined;
}
