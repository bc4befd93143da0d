/**
 * Attaching: giving an application that is there another file, without another charm.
 *
 * Its units then run `upgrade-charm`, as in Juju, each when it is its turn in a rollout.
 */
import type { Transaction } from "#store/database.ts";
import * as application from "../application/application.ts";
import { rollOut } from "../rollout/roll-out.ts";
import type { Content } from "./content.ts";
import * as resource from "./resource.ts";

export interface Attachment {
  readonly application: string;
  readonly name: string;
  readonly content: Content;
  readonly now: Temporal.Instant;
}

/** Returns what the application has now. Throws `not found` for a resource that the application's charm does not declare. */
export async function attach(
  tx: Transaction,
  attachment: Attachment,
): Promise<resource.DescribedResource> {
  const { application: of, name, content, now } = attachment;
  const current = await application.get(tx, of);
  const declared = await resource.get(tx, name, { application: of });
  await resource.put(tx, { application: of, name, content });
  const { charm, forceUnits, channel } = current;
  const modifiedVersion = current.modifiedVersion + 1;
  await application.setCharm(tx, of, { charm, modifiedVersion, forceUnits, channel });
  const { username: startedBy } = content;
  await rollOut(tx, { application: of, from: charm, to: charm, modifiedVersion, startedBy, now });
  return { ...declared, content };
}
