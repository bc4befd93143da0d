/** A controller's secrets, for a unit on a stage: what it has committed, and one that is shared with it. */
import { readTextIfAny } from "#base/files.ts";
import { Problem } from "#base/problem.ts";
import type { HookChanges, ManagedSecret, SecretFound } from "#contract/unit-agent.ts";

/** Of the secret that another application has granted. */
export const sharedId = "s".repeat(20);

/** Of another of theirs, which says the same. */
export const otherId = "t".repeat(20);
const shared = [sharedId, otherId];

/** The file has a value for each of its revisions, a line each. */
export function farSecrets(
  file: string,
  readChanges: () => Promise<readonly HookChanges[]>,
): { Secrets: () => Promise<unknown>; SecretContent: (asked: Asked) => Promise<SecretFound> } {
  const writes = async () => (await readChanges()).flatMap(({ secrets }) => secrets);
  const contents = async (id: string) => {
    if (shared.includes(id)) return readShared(file);
    return (await writes()).flatMap((each) =>
      each.id === id && each.content ? [each.content] : [],
    );
  };
  return {
    async Secrets() {
      const made = (await writes()).filter(({ kind }) => kind === "create");
      return {
        secrets: await Promise.all(
          made.map(async ({ id, owner = "", label = "" }): Promise<ManagedSecret> => {
            const revision = (await contents(id)).length;
            const rest = {
              description: "",
              rotation: "never",
              rotates: "",
              expires: "",
              access: [],
            };
            const removed = (await writes()).filter((each) => each.kind === "remove");
            const gone = removed.map((each) => (each.id === id ? each.revision : 0));
            const all = Array.from({ length: revision }, (_, at) => at + 1);
            const revisions = all.filter((each) => !gone.includes(each));
            return { id, owner, label, revision, revisions, ...rest };
          }),
        ),
      };
    },

    async SecretContent({ id: asked, label, revision }) {
      const all = await writes();
      const id = asked || (all.findLast((each) => each.label === label)?.id ?? "");
      const read = all.findLast((each) => each.kind === "consume" && each.id === id);
      const revisions = await contents(id);
      const reads = read?.revision ?? 0;
      const number = revision > 0 ? revision : (revision === 0 && reads) || revisions.length;
      const content = revisions[number - 1];
      if (!content) throw new Problem("not found", `secret "${id}" not found`);
      const own = !shared.includes(id);
      return { id, revision: number, content, own, reads, label: read?.label ?? "" };
    },
  };
}

interface Asked {
  readonly id: string;
  readonly label: string;
  readonly revision: number;
}

async function readShared(file: string): Promise<readonly SecretFound["content"][]> {
  const lines = ((await readTextIfAny(file)) ?? "").split("\n").filter((line) => line !== "");
  return lines.map((line) => ({ password: Buffer.from(line).toString("base64") }));
}
