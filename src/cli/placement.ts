/** Where units are to go, as it is written on a command line. */
import { parseCommaList } from "./comma-list.ts";

/** Machines by their ids, separated by commas. */
export function parsePlacement(text: string): { scope: string; directive: string }[] {
  return parseCommaList(text).map((place) => {
    const [scope = "", directive] = place.split(":", 2);
    if (directive !== undefined) return { scope, directive };
    return /^\d+$/.test(place) ? { scope: "#", directive: place } : { scope: "", directive: place };
  });
}
