/** Times as Juju's status writes them, in the zone of whoever asks. */

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `24 Feb 2025 12:02:57+13:00`, or nothing for a time that is not known. */
export function formatSince(since: string, zone: string): string {
  if (since === "") return "";
  const [date = "", time = ""] = toLocal(since, zone).split("T");
  const [year, month, day] = date.split("-");
  return `${day} ${months[Number(month) - 1]} ${year} ${time}`;
}

/** `12:10:05+13:00`, or nothing for a time that is not known. */
export function formatTimeOfDay(timestamp: string, zone: string): string {
  if (timestamp === "") return "";
  return toLocal(timestamp, zone).slice("2025-02-24T".length);
}

/** `2025-02-24T12:02:57+13:00`; where the clock shows that of UTC, the offset is `Z`. */
function toLocal(timestamp: string, zone: string): string {
  const instant = Temporal.Instant.from(timestamp);
  return instant.toString({ timeZone: zone, smallestUnit: "second" }).replace("+00:00", "Z");
}
