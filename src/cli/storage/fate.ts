/** What removals say of the storage that goes along, or stays. */
import { parseTagOf } from "#contract/tags.ts";

interface Fate {
  readonly "destroyed-storage": readonly { readonly tag: string }[];
  readonly "detached-storage": readonly { readonly tag: string }[];
}

/** A line for each, in Juju's words. */
export function describeFate(fate: Fate): readonly string[] {
  const ids = (tags: Fate["destroyed-storage"]) =>
    tags.map(({ tag }) => parseTagOf("storage", tag));
  return [
    ...ids(fate["destroyed-storage"]).map((id) => `- will remove storage ${id}`),
    ...ids(fate["detached-storage"]).map((id) => `- will detach storage ${id}`),
  ];
}
