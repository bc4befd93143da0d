/** Serves Secrets: what users may know and keep of secrets. */
import { Problem } from "#base/problem.ts";
import { formatSecretUri, newSecretId, parseSecretId } from "#charm/secret.ts";
import { type ListedSecret, Secrets } from "#contract/secrets.ts";
import { parseTag, toTag } from "#contract/tags.ts";
import { describe, type Managed } from "#domain/secret/read.ts";
import type { Revision } from "#domain/secret/revision.ts";
import type { Owner } from "#domain/secret/secret.ts";
import * as userSecret from "#domain/secret/user-secret.ts";
import { update } from "#domain/secret/write.ts";
import type { Transaction } from "#store/database.ts";
import { authorize } from "../authorize.ts";
import { attempt, implement } from "../facade.ts";
import { sealed, toAccess } from "../secrets.ts";
import { clockOf, read, type Session, scopeOf, write } from "../session.ts";

/** All content is kept by the controller itself. */
const backend = "internal";
const nameLengthMax = 1000;
/** Of what secrets hold, in one answer. */
const revealedCharactersMax = 8 * 1024 * 1024;

type WireError = NonNullable<NonNullable<ListedSecret["value"]>["error"]>;

export default implement(Secrets, {
  async ListSecrets(session, { "show-secrets": isRevealing, filter }) {
    if (isRevealing) await authorize(session, { access: "admin" }, {});
    const { revision } = filter;
    const wanted = toFilter(session, filter);
    const found = await read(session, async (tx) => {
      const secrets = await userSecret.list(tx, wanted);
      return Promise.all(secrets.map((each) => describe(tx, each)));
    });
    const fitting = revision ? found.filter((each) => findRevision(each, revision)) : found;
    if (!isRevealing) return { results: fitting.map((each) => toListed(session, each)) };
    return { results: await revealAll(session, fitting, revision) };
  },

  async CreateSecrets(session, { label: name = "", description = "", content, ...rest }) {
    refuseForCharms(rest);
    const id = rest.uri ? parseSecretId(rest.uri) : newSecretId();
    refuseLongName(name);
    const prepared = await sealed(placeOf(session), id, content?.data ?? {});
    const added = { id, name, description, content: prepared, ...clockOf(session) };
    await write(session, (tx) => userSecret.add(tx, added));
    return { result: formatSecretUri(id) };
  },

  async UpdateSecrets(session, { uri, "existing-label": name, content, ...to }) {
    refuseForCharms(to);
    if (to.label !== undefined) refuseLongName(to.label);
    const { label, description, "auto-prune": isAutoPruned } = to;
    const named = toNamed(uri, name);
    const { id } = await read(session, (tx) => userSecret.get(tx, named));
    const data = content?.data;
    const prepared = data && (await sealed(placeOf(session), id, data));
    const change = { label, description, isAutoPruned, content: prepared, ...clockOf(session) };
    await write(session, async (tx) => {
      await update(tx, await userSecret.get(tx, { id, name }), change);
    });
  },

  async RemoveSecrets(session, { uri, label, revisions = [] }) {
    const named = toNamed(uri, label);
    await write(session, (tx) => userSecret.remove(tx, named, revisions));
  },

  async GrantSecret(session, { uri, label, applications }) {
    const named = toNamed(uri, label);
    return forEachOf(session, applications, (tx, each) => userSecret.grant(tx, named, each));
  },

  async RevokeSecret(session, { uri, label, applications }) {
    const named = toNamed(uri, label);
    return forEachOf(session, applications, (tx, each) => userSecret.revoke(tx, named, each));
  },
});

function tooMuch(): Problem {
  const message = `secrets hold more than the ${revealedCharactersMax} characters that are shown at a time`;
  return new Problem("quota limit exceeded", `${message}: name an owner, or a secret`);
}

function placeOf(session: Session) {
  return { model: scopeOf(session), vault: session.services.vault };
}

/** Users neither rotate nor end secrets by the clock. */
function refuseForCharms(given: {
  readonly "expire-time"?: string | undefined;
  readonly "rotate-policy"?: string | undefined;
}): void {
  const { "expire-time": expires, "rotate-policy": rotation } = given;
  if (!expires && !rotation) return;
  throw new Problem("not supported", "only charms rotate secrets or let them expire");
}

function refuseLongName(name: string): void {
  if (name.length <= nameLengthMax) return;
  throw new Problem("not valid", `the name of a secret has at most ${nameLengthMax} characters`);
}

function toNamed(uri: string, name: string): userSecret.Named {
  if (uri === "" && name === "")
    throw new Problem("not valid", "a secret's URI or name is missing");
  return { id: uri === "" ? undefined : parseSecretId(uri), name };
}

async function forEachOf(
  session: Session,
  applications: readonly string[],
  body: (tx: Transaction, application: string) => Promise<void>,
) {
  const results: { readonly error?: WireError }[] = [];
  for (const each of applications) {
    const done = async () => {
      await write(session, (tx) => body(tx, each));
      return {};
    };
    results.push(await attempt(session.services.log, done));
  }
  return { results };
}

interface WireFilter {
  readonly uri?: string | undefined;
  readonly label?: string | undefined;
  readonly "owner-tag"?: string | undefined;
}

/** What is empty fits everything. */
function toFilter(
  session: Session,
  { uri, label, "owner-tag": tag }: WireFilter,
): userSecret.Filter {
  return {
    id: uri ? parseSecretId(uri) : undefined,
    label: label || undefined,
    owner: tag ? toOwner(session, tag) : undefined,
  };
}

/** Throws `not valid` for a tag of what owns no secrets. */
function toOwner(session: Session, tag: string): Owner {
  const { kind, id } = parseTag(tag);
  if (kind === "application" || kind === "unit") return { kind, name: id };
  if (kind === "model" && id === scopeOf(session)) return { kind, name: "" };
  throw new Problem("not valid", `"${tag}" owns no secrets here`);
}

function findRevision(
  { revisions }: Pick<Managed, "revisions">,
  revision: number,
): Revision | undefined {
  return revisions.find((each) => each.revision === revision);
}

/** With what they hold in that revision, or in their latest. Throws `quota limit exceeded`. */
async function revealAll(
  session: Session,
  found: readonly Managed[],
  revision: number | undefined,
): Promise<ListedSecret[]> {
  const results: ListedSecret[] = [];
  let size = 0;
  for (const each of found) {
    const shown = findRevision(each, revision || each.secret.latest);
    const value = shown && (await reveal(session, shown));
    size += JSON.stringify(value ?? {}).length;
    if (size > revealedCharactersMax) throw tooMuch();
    results.push({ ...toListed(session, each), ...(value ? { value } : {}) });
  }
  return results;
}

/** What cannot be opened says so in its place. */
async function reveal(session: Session, revision: Revision): Promise<ListedSecret["value"]> {
  const { model, vault } = placeOf(session);
  return attempt(session.services.log, async () => ({
    data: await vault.open({ model, secret: revision.secret }, revision),
  }));
}

function toListed(session: Session, { secret, revisions, access }: Managed): ListedSecret {
  const { id, owner, label, description, rotation, rotates, latest } = secret;
  const { expires, fingerprint } = findRevision({ revisions }, latest) ?? {};
  const granted = toAccess(access, scopeOf(session)).map(({ target, scope, role }) => ({
    ...{ "target-tag": target, "scope-tag": scope, role },
  }));
  return {
    ...{ uri: formatSecretUri(id), version: 1, "latest-revision": latest },
    "owner-tag":
      owner.kind === "model" ? toTag("model", scopeOf(session)) : toTag(owner.kind, owner.name),
    ...(label ? { label } : {}),
    ...(description ? { description } : {}),
    ...(rotation === "never" ? {} : { "rotate-policy": rotation }),
    ...(rotates ? { "next-rotate-time": rotates } : {}),
    ...(expires ? { "latest-expire-time": expires } : {}),
    ...(fingerprint ? { "latest-revision-checksum": fingerprint } : {}),
    ...{ "create-time": secret.created, "update-time": secret.updated },
    revisions: revisions.map(toListedRevision),
    ...(granted.length > 0 ? { access: granted } : {}),
  };
}

function toListedRevision({ revision, created, updated, expires }: Revision) {
  return {
    ...{ revision, "backend-name": backend, "create-time": created, "update-time": updated },
    ...(expires ? { "expire-time": expires } : {}),
  };
}
