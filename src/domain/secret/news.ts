/** What a unit's charm is to hear of secrets, as far as the controller knows. */
import type { ReadTransaction } from "#store/database.ts";
import * as consumers from "./consumers.ts";
import type { Reader } from "./grants.ts";
import * as revision from "./revision.ts";
import * as secret from "./secret.ts";

/** Of a secret that is the unit's own, or its application's, whose leader hears of it. */
interface OwnedNews {
  readonly secret: secret.Secret;
  /** The revisions that end by themselves. */
  readonly expiring: readonly { readonly revision: number; readonly at: string }[];
  /** The revisions that nobody reads any more. */
  readonly obsolete: readonly number[];
}

/** There is a later revision than the one that the unit reads. */
interface ReadNews {
  readonly id: string;
  /** What the unit calls it. */
  readonly label: string;
  readonly latest: number;
}

export interface SecretNews {
  readonly owned: readonly OwnedNews[];
  readonly read: readonly ReadNews[];
  /** Every secret that the unit reads, or has read. */
  readonly known: readonly string[];
}

/** Of each kind; whoever has more hears of the others later. */
const newsMax = 1000;

export async function listNews(
  tx: ReadTransaction,
  { name, application }: Reader,
): Promise<SecretNews> {
  const all = await secret.listOfEither(tx, [
    { kind: "application", name: application },
    { kind: "unit", name },
  ]);
  const obsolete = await consumers.listObsolete(tx, all);
  const revisions = await revision.list(
    tx,
    all.map(({ id }) => id),
  );
  const expiring = Map.groupBy(revisions, (each) => each.secret);
  const owned = all.map((each) => ({
    secret: each,
    obsolete: obsolete.get(each.id) ?? [],
    expiring: (expiring.get(each.id) ?? []).flatMap(({ expires: at, ...each }) =>
      at === null ? [] : [{ revision: each.revision, at }],
    ),
  }));
  const reads = await listRead(tx, name);
  const isOld = ({ revision: read, latest }: Reads) => read > 0 && read < latest;
  return {
    owned: owned.filter(isNews).slice(0, newsMax),
    read: reads
      .filter(isOld)
      .slice(0, newsMax)
      .map(({ id, label, latest }) => ({ id, label, latest })),
    known: reads.map(({ id }) => id),
  };
}

function isNews({ secret: { rotates }, expiring, obsolete }: OwnedNews): boolean {
  return rotates !== null || expiring.length > 0 || obsolete.length > 0;
}

interface Reads extends ReadNews {
  readonly revision: number;
}

async function listRead(tx: ReadTransaction, name: string): Promise<Reads[]> {
  return tx
    .selectFrom("secret_consumer")
    .innerJoin("secret", (join) =>
      join
        .onRef("secret.model", "=", "secret_consumer.model")
        .onRef("secret.id", "=", "secret_consumer.secret"),
    )
    .select([
      "secret.id as id",
      "secret_consumer.label as label",
      "secret_consumer.revision as revision",
      "secret.latest as latest",
    ])
    .where("secret_consumer.model", "=", tx.model)
    .where("secret_consumer.unit", "=", name)
    .orderBy("secret.id")
    .execute();
}
