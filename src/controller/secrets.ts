/** Secrets of units, between what travels and what is kept: sealed on the way in, opened on the way out. */
import { Problem } from "#base/problem.ts";
import { isRotation, isSecretId, type Rotation } from "#charm/secret.ts";
import { checkSecretContent } from "#charm/secret-content.ts";
import { toTag } from "#contract/tags.ts";
import type { ManagedSecret, SecretWrite } from "#contract/unit-agent.ts";
import { noRelation } from "#domain/secret/grants.ts";
import type { Managed } from "#domain/secret/read.ts";
import type { Content } from "#domain/secret/revision.ts";
import type { Write } from "#domain/secret/write.ts";
import type { Vault } from "./vault.ts";

interface Place {
  readonly model: string;
  readonly vault: Vault;
}

/** Throws `not valid` for what no agent writes. */
export async function toWrite(place: Place, written: SecretWrite): Promise<Write> {
  const { kind, id, label, revision = 0, relation, application = "", unit = "" } = written;
  if (!isSecretId(id)) throw new Problem("not valid", `"${id}" is not a secret's id`);
  switch (kind) {
    case "create":
      return {
        ...{ kind, id, owner: written.owner === "unit" ? "unit" : "application" },
        ...{ content: await sealed(place, id, written.content ?? {}), ...toDescribed(written) },
      };
    case "update": {
      const { content } = written;
      const prepared = content && (await sealed(place, id, content));
      return { kind, id, content: prepared, ...toDescribed(written) };
    }
    case "consume":
      return { kind, id, revision, label };
    case "grant":
      return { kind, id, relation: relation ?? noRelation, unit };
    case "revoke":
      return { kind, id, relation, application, unit };
    case "remove":
      return { kind, id, revision };
  }
  throw new Problem("not valid", `nobody can ${kind} a secret`);
}

function toDescribed({ label, description, rotation, expires }: SecretWrite) {
  return {
    ...{ label, description },
    rotation: rotation === undefined ? undefined : toRotation(rotation),
    expires: expires === undefined ? undefined : toInstant(expires),
  };
}

/** Throws `not valid`. */
function toRotation(text: string): Rotation {
  if (isRotation(text)) return text;
  throw new Problem("not valid", `rotate policy "${text}" not valid`);
}

/** Throws `not valid`. */
function toInstant(text: string): string {
  try {
    return Temporal.Instant.from(text).toString();
  } catch (error) {
    throw new Problem("not valid", `expire time "${text}" not valid`, { cause: error });
  }
}

/** Throws `not valid` for content that no secret can have. */
export async function sealed(
  { model, vault }: Place,
  secret: string,
  content: SecretWrite["content"] & {},
): Promise<Content> {
  checkSecretContent(content);
  if (Object.keys(content).length === 0) throw new Problem("not valid", "empty secret not valid");
  return vault.prepare({ model, secret }, content);
}

export function toManaged({ secret, revisions, access }: Managed, model: string): ManagedSecret {
  const { id, owner, label, description, latest, rotation, rotates } = secret;
  const expires = revisions.find(({ revision }) => revision === latest)?.expires;
  return {
    ...{ id, owner: owner.kind, label, description, revision: latest, rotation },
    revisions: revisions.map(({ revision }) => revision),
    ...{ rotates: rotates ?? "", expires: expires ?? "", access: toAccess(access, model) },
  };
}

/** In tags: to whom it was granted, and the relation or the model that it was granted for. */
export function toAccess(access: Managed["access"], model: string) {
  return access.map(({ subject, relation }) => ({
    target: toTag(subject.includes("/") ? "unit" : "application", subject),
    scope: relation === undefined ? toTag("model", model) : toRelationTag(relation),
    role: "view",
  }));
}

/** As in `relation-wordpress.db#mysql.server`. */
function toRelationTag(key: string): string {
  return `relation-${key.replaceAll(":", ".").replaceAll(" ", "#")}`;
}
