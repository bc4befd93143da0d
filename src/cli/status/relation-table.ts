/** The relations of a status, which Juju's clients call integrations. */
import type { FullStatus } from "#contract/client.ts";
import type { Table } from "../table.ts";
import { toMessage } from "./cells.ts";
import { sortNaturally } from "./natural.ts";
import type { RelationStatus } from "./parts.ts";

type Endpoint = RelationStatus["endpoints"][number];

export function relationTable({ relations }: FullStatus): Table {
  const rows = relations.map((relation) => {
    const { provider, requirer } = toEnds(relation);
    const kind = toKind(relation);
    return [provider, requirer, relation.interface, kind, toMessage(describe(relation))];
  });
  return {
    columns: ["Integration provider", "Requirer", "Interface", "Type", "Message"],
    rows: sortNaturally(rows, ([provider, requirer]) => `${provider} ${requirer}`),
  };
}

/** The two ends; of a relation among peers, the same twice. */
function toEnds({ endpoints }: RelationStatus) {
  const provider = endpoints.find(({ role }) => role === "provider") ?? endpoints[0];
  const requirer = endpoints.find((endpoint) => endpoint !== provider) ?? provider;
  return { provider: formatEnd(provider), requirer: formatEnd(requirer) };
}

function formatEnd(endpoint: Endpoint | undefined): string {
  return endpoint === undefined ? "" : `${endpoint.application}:${endpoint.name}`;
}

function toKind({ endpoints }: RelationStatus): "peer" | "regular" | "subordinate" {
  if (endpoints.length === 1) return "peer";
  return endpoints.some(({ subordinate }) => subordinate) ? "subordinate" : "regular";
}

/** Nothing where all is as it should be. */
function describe({ status: { status, info } }: RelationStatus): string {
  if (status === "joined") return info;
  return info === "" ? status : `${status} - ${info}`;
}
