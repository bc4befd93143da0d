/** What tools see and change of secrets. */
import { Problem } from "#base/problem.ts";
import { newSecretId } from "#charm/secret.ts";
import type { SecretWrite } from "#contract/unit-agent.ts";
import type { SecretChange, SecretContext } from "../../../hook-context.ts";
import * as pending from "../pending-secrets.ts";
import { listSecrets, readSecret, refuseTaken } from "./read-secret.ts";
import { type HookSubject, requireLeader, type Seen } from "./subject.ts";

export function secretContext(subject: HookSubject, seen: Seen): SecretContext {
  const { changes } = subject;
  const secrets = () => listSecrets(subject, seen);
  const writes = () => changes.all.secrets;
  const requireOwn = async (id: string) => {
    const own = (await secrets()).find((each) => each.id === id);
    if (own === undefined) throw new Problem("not found", `secret "${id}" not found`);
    return own;
  };
  const append = async (write: SecretWrite) => {
    await requireOwn(write.id);
    await changes.setSecrets([...writes(), write]);
  };
  return {
    secrets,

    async addSecret({ owner, ...described }) {
      if (owner === "application") await requireLeader(subject, "cannot add secret");
      await refuseTaken(subject, seen, { label: described.label });
      const id = newSecretId();
      const write = { kind: "create", id, owner, ...toFields(subject, described) };
      await changes.setSecrets([...writes(), write]);
      return id;
    },

    async setSecret(id, described) {
      await requireOwn(id);
      await refuseTaken(subject, seen, { label: described.label, id });
      await changes.setSecrets(pending.withUpdate(writes(), id, toFields(subject, described)));
    },

    secretContent: (asked) => readSecret(subject, seen, asked),
    async grantSecret(id, { relation, unit }) {
      refuseStranger(subject, { relation, unit });
      await append({ kind: "grant", id, relation, unit });
    },

    revokeSecret: (id, from) => append({ kind: "revoke", id, ...from }),

    async removeSecret(id, revision) {
      const { revisions } = await requireOwn(id);
      if (revision > 0 && revisions?.includes(revision) === false) {
        throw new Problem("not found", `secret revision "${id}/${revision}" not found`);
      }
      await append({ kind: "remove", id, revision });
    },
  };
}

/** Throws `not found` for a unit that is not of the application at the other end. */
function refuseStranger(
  { desired }: HookSubject,
  { relation, unit }: { readonly relation: number; readonly unit: string },
): void {
  const related = desired.relations.find(({ id }) => id === relation);
  if (unit === "" || related === undefined) return;
  if (unit.startsWith(`${related["remote-application"]}/`)) return;
  throw new Problem("not found", `unit "${unit}" in relation ${relation} not found`);
}

/** Only what is given is written. */
function toFields(
  { clock }: HookSubject,
  { content, label, description, rotation, expiry }: SecretChange,
): Omit<SecretWrite, "kind" | "id"> {
  const isIn = expiry instanceof Temporal.Duration;
  const expires = (isIn ? clock.now().add(expiry) : expiry)?.toString();
  const fields = { content, label, description, rotation, expires };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
