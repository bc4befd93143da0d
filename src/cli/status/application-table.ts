/** The applications of a status. */
import type { FullStatus } from "#contract/client.ts";
import type { Row, Table } from "../table.ts";
import { cut, type Paint, toMessage } from "./cells.ts";
import { sortEntries } from "./natural.ts";
import { type ApplicationStatus, toCharmParts, type UnitStatus } from "./parts.ts";
import { isReady, unitsOf } from "./units.ts";

const versionLengthMax = 15;

export function applicationTable({ applications }: FullStatus, paint: Paint): Table {
  const toScale = (name: string) => formatScale(unitsOf(name, applications));
  return {
    columns: [
      ...["App", "Version", "Status"],
      { title: "Scale", align: "right" },
      ...["Charm", "Channel"],
      { title: "Rev", align: "right" },
      ...["Exposed", "Message"],
    ],
    rows: sortEntries(applications).map(([name, application]) => {
      const { status, ...rest } = application;
      return [
        ...[name, cut(rest["workload-version"], versionLengthMax), paint(status.status)],
        ...[toScale(name), ...charmCells(application)],
        ...[rest.exposed ? "yes" : "no", toMessage(status.info)],
      ];
    }),
  };
}

function charmCells({ charm, ...application }: ApplicationStatus): Row {
  const { origin, name, revision } = toCharmParts(charm);
  const channel = origin === "local" ? "" : (application["charm-channel"] ?? "");
  return [name, channel, `${revision}`];
}

/** How many units there are, or `1/2` while not all of them are ready. */
function formatScale(units: readonly UnitStatus[]): string {
  const ready = units.filter(isReady).length;
  return ready === units.length ? `${ready}` : `${ready}/${units.length}`;
}
