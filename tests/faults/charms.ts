/** The charms whose lives are disturbed: they use what there is, and bear that their hooks are cut off. */
import { join } from "node:path";
import type { Scratch } from "../../scripts/scratch.ts";
import { type Recorder, writeRecorder } from "../journeys/cloud.ts";

/** Which runs have come to their end, each with a name that no other run has. */
const note = `
about="\${JUJU_REMOTE_UNIT:-}\${JUJU_STORAGE_ID:-}\${JUJU_ACTION_UUID:-}\${JUJU_SECRET_REVISION:-}"
echo "$JUJU_CONTEXT_ID $hook $about" >>"$record.ended"
`;

/** Everything that it keeps depends on what it was told, and not on how often. */
const keep = `
ring=$(relation-ids ring)
case $hook in
  install) open-port 80; open-port 8000-8010/udp ;;
  config-changed)
    [ -z "$(config-get fail)" ] || [ -e "$record.mended" ]
    if [ "$(is-leader)" = True ]; then
      id=$(secret-ids)
      edition=$(config-get edition)
      if [ -z "$id" ]; then secret-add "word=edition $edition" --label db >/dev/null
      elif [ "$(state-get edition)" != "$edition" ]; then secret-set "$id" "word=edition $edition"; fi
      leader-set edition="$edition"
      state-set edition="$edition"
    fi
    if [ "$(config-get reboot)" != "$(state-get reboot)" ]; then
      state-set reboot="$(config-get reboot)"
      juju-reboot
    fi ;;
  db-relation-joined)
    if [ "$(is-leader)" = True ]; then
      secret-grant "$(secret-ids)"
      relation-set --app secret="$(secret-ids)"
    fi ;;
  *-storage-attached) test -d "$JUJU_STORAGE_LOCATION"; touch "$JUJU_STORAGE_LOCATION/seen" ;;
  *-storage-detaching) test -e "$JUJU_STORAGE_LOCATION/seen" ;;
  secret-remove) secret-remove "$JUJU_SECRET_ID" --revision "$JUJU_SECRET_REVISION" ;;
  actions/act) state-set acted=yes; action-set acted=yes; action-log "acting" ;;
esac
if [ -n "$ring" ]; then relation-set -r "$ring" unit="$JUJU_UNIT_NAME" caches="$(storage-list cache | wc -l)"; fi
status-set active "edition $(leader-get edition), data $(cat "$(resource-get data)"), \\
fail $(config-get fail), reboot $(state-get reboot), acted $(state-get acted)"
`;

/** What it reads it says when it hears of it, and not when it happens to be asked how it is. */
const read = `
case $hook in
  db-relation-changed)
    id=$(relation-get --app secret keeper)
    [ -z "$id" ] || status-set active "read $(secret-get "$id" word --label db)" ;;
  secret-changed) status-set active "read $(secret-get "$JUJU_SECRET_ID" word --refresh)" ;;
  install) status-set active ;;
esac
`;

const keeperMetadata = `
provides: {db: {interface: db}}
peers: {ring: {interface: ring}}
storage:
  data: {type: filesystem}
  cache: {type: filesystem, multiple: {range: 0+}}
resources: {data: {type: file, filename: data.txt}}
`;

const keeperOptions = `
options:
  edition: {type: int, default: 1}
  reboot: {type: string, default: ""}
  fail: {type: string, default: ""}
`;

const charms: readonly Recorder[] = [
  {
    ...{ name: "keeper", metadata: keeperMetadata, script: keep },
    files: { "config.yaml": keeperOptions, "actions.yaml": "act: {}\n" },
  },
  { name: "reader", metadata: "requires: {db: {interface: db}}\n", script: read },
  {
    name: "watch",
    metadata: "subordinate: true\nrequires: {host: {interface: juju-info, scope: container}}\n",
    script: "status-set active watching\n",
  },
];

/** Writes the charms; returns the folder that they are in, each under its name. */
export async function writeCharms(scratch: Scratch): Promise<Readonly<Record<string, string>>> {
  const folders = charms.map(async (charm) => [
    charm.name,
    await writeRecorder(scratch, { ...charm, script: `${charm.script}${note}` }),
  ]);
  return Object.fromEntries(await Promise.all(folders));
}

/** The file that makes the unit's config-changed succeed which has been told to fail. */
export function mendingOf(scratch: Scratch, unit: string): string {
  return join(scratch.folder, "records", `${unit.replace("/", "-")}.mended`);
}

export function endedOf(scratch: Scratch, unit: string): string {
  return join(scratch.folder, "records", `${unit.replace("/", "-")}.ended`);
}
