/**
 * Resources: files that an application is given beside its charm.
 *
 * The charm says which there are, by name; what has been uploaded for a name stays with the
 * application until something else is, through changes of charm as well. Units fetch a resource
 * when their hooks ask for it, always the one that the application has then, and say so.
 */
import { Problem } from "#base/problem.ts";
import type { Resource } from "#charm/resource.ts";
import { changed } from "#store/changes.ts";
import type { ReadTransaction, Transaction } from "#store/database.ts";
import * as application from "../application/application.ts";
import * as charm from "../charm/charm.ts";
import * as unit from "../unit/unit.ts";
import { type Content, contentColumns } from "./content.ts";

/** A resource as the charm declares it, with what has been uploaded for it, if anything has. */
export interface DescribedResource extends Resource {
  readonly application: string;
  readonly content: Content | undefined;
}

/** What a unit has fetched, by the names of resources. */
export interface UnitResources {
  readonly unit: string;
  readonly resources: readonly DescribedResource[];
}

/** The resource of that name as the application's charm declares it. Throws `not found`. */
export async function get(
  tx: ReadTransaction,
  name: string,
  of: { readonly application: string },
): Promise<DescribedResource> {
  const found = (await list(tx, of.application)).find((each) => each.name === name);
  if (found) return found;
  const declared = (await list(tx, of.application)).map((each) => `"${each.name}"`).join(", ");
  const reason = declared === "" ? "it has none" : `it has ${declared}`;
  const message = `resource "${name}" of application "${of.application}" not found: ${reason}`;
  throw new Problem("not found", message);
}

/**
 * What has been uploaded for the resource. Throws `not found`, with what to do, and `not supported` for
 * an image, which only Kubernetes needs.
 */
export function contentOf({ content, ...declared }: DescribedResource): Content {
  if (content) return content;
  const { application: of, name, type, path } = declared;
  if (type !== "file") {
    const message = `resource "${name}" of application "${of}" is of type "${type}", which machines cannot be given`;
    throw new Problem("not supported", message);
  }
  const hint = `upload it with "jumar attach-resource ${of} ${name}=./${path}"`;
  const message = `resource "${name}" of application "${of}" not found: nobody has uploaded it, ${hint}`;
  throw new Problem("not found", message);
}

/** Every resource that the application's charm declares, in the order of their names. */
export async function list(tx: ReadTransaction, of: string): Promise<DescribedResource[]> {
  const { charm: url } = await application.get(tx, of);
  const { content: its } = await charm.get(tx, url);
  const rows = await tx
    .selectFrom("resource")
    .select(["name", ...contentColumns])
    .where("model", "=", tx.model)
    .where("application", "=", of)
    .execute();
  return describe(of, its.metadata.resources, rows).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** What each unit of the application has fetched, of what its charm declares now. */
export async function listFetched(tx: ReadTransaction, of: string): Promise<UnitResources[]> {
  const declared = Object.fromEntries((await list(tx, of)).map((each) => [each.name, each]));
  const units = await unit.list(tx, { application: of });
  const rows = await tx
    .selectFrom("resource_fetched")
    .select(["unit", "name", ...contentColumns])
    .where("model", "=", tx.model)
    .execute();
  const byUnit = Map.groupBy(rows, (row) => row.unit);
  return units.map(({ name }) => {
    const described = describe(of, declared, byUnit.get(name) ?? []);
    return { unit: name, resources: described.filter(({ content }) => content !== undefined) };
  });
}

type Row = Content & { readonly name: string };

function describe(
  of: string,
  declared: Readonly<Record<string, Resource>>,
  rows: readonly Row[],
): DescribedResource[] {
  return Object.values(declared).map(({ name, type, path, description }) => {
    const row = rows.find((each) => each.name === name);
    return { application: of, name, type, path, description, content: row && toContent(row) };
  });
}

function toContent({ sha256, sha384, size, username, uploaded }: Content): Content {
  return { sha256, sha384, size, username, uploaded };
}

/** From now on the application has these bytes under that name. */
export async function put(
  tx: Transaction,
  { application: of, name, content }: { application: string; name: string; content: Content },
): Promise<void> {
  await tx
    .insertInto("resource")
    .values({ model: tx.model, application: of, name, ...toContent(content) })
    .onConflict((conflict) =>
      conflict.columns(["model", "application", "name"]).doUpdateSet(toContent(content)),
    )
    .execute();
  await changed(tx, "resource", `${of}/${name}`);
}

/** The resource of the unit's application, and whether the unit has said that it has these bytes. */
export async function seenFrom(
  tx: ReadTransaction,
  name: string,
  by: string,
): Promise<DescribedResource & { readonly content: Content; readonly isFetched: boolean }> {
  const { application: of } = await unit.get(tx, by);
  const resource = await get(tx, name, { application: of });
  const content = contentOf(resource);
  const row = await tx
    .selectFrom("resource_fetched")
    .select(["sha256", "uploaded"])
    .where("model", "=", tx.model)
    .where("unit", "=", by)
    .where("name", "=", name)
    .executeTakeFirst();
  const isFetched = row?.sha256 === content.sha256 && row.uploaded === content.uploaded;
  return { ...resource, content, isFetched };
}

interface Fetched {
  readonly unit: string;
  readonly name: string;
  readonly sha256: string;
}

/** The unit has the resource. Bytes that have been replaced meanwhile are nothing to remember. */
export async function noteFetched(tx: Transaction, fetched: Fetched): Promise<void> {
  const { unit: by, name, sha256 } = fetched;
  const { content } = await seenFrom(tx, name, by);
  if (content.sha256 !== sha256) return;
  await tx
    .insertInto("resource_fetched")
    .values({ model: tx.model, unit: by, name, ...content })
    .onConflict((conflict) => conflict.columns(["model", "unit", "name"]).doUpdateSet(content))
    .execute();
  await changed(tx, "resource_fetched", `${by}/${name}`);
}

/** The application is forgotten, and what it was given with it. */
export async function removeAll(tx: Transaction, of: string): Promise<void> {
  await tx
    .deleteFrom("resource")
    .where("model", "=", tx.model)
    .where("application", "=", of)
    .execute();
}

/** The unit is forgotten. */
export async function removeFetched(tx: Transaction, by: string): Promise<void> {
  await tx
    .deleteFrom("resource_fetched")
    .where("model", "=", tx.model)
    .where("unit", "=", by)
    .execute();
}
