/** Resources as the wire has them. */
import type { CharmResource, WireResource } from "#contract/resources.ts";
import type { DescribedResource } from "#domain/resource/resource.ts";

/** What Go writes for no time. */
const never = "0001-01-01T00:00:00Z";

export function toWireResource(described: DescribedResource): WireResource {
  const { application, name, type, path, description, content } = described;
  return {
    ...{ id: `${application}/${name}`, "pending-id": "", application },
    ...{ name, type, path, description, origin: "upload", revision: 0 },
    fingerprint: Buffer.from(content?.sha384 ?? "", "hex").toString("base64"),
    size: content?.size ?? 0,
    username: content?.username ?? "",
    timestamp: content?.uploaded ?? never,
  };
}

/** What the charm brings along of it, which nothing has been uploaded for. */
export function toCharmResource(described: DescribedResource): CharmResource {
  const { name, type, path, description } = described;
  const nothing = { fingerprint: "", size: 0 };
  return { ...{ name, type, path, description }, origin: "upload", revision: 0, ...nothing };
}
