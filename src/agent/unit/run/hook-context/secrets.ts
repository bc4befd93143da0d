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
    if ((await secrets()).some((each) => each.id === id)) return;
    throw new Problem("not found", `secret "${id}" not found`);
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
    grantSecret: (id, { relation, unit }) => append({ kind: "grant", id, relation, unit }),
    revokeSecret: (id, from) => append({ kind: "revoke", id, ...from }),
    removeSecret: (id, revision) => append({ kind: "remove", id, revision }),
  };
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
