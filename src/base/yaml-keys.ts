/**
 * Keys of YAML as the texts that they are.
 *
 * Programs in Go read maps from text to something, in which the key `n` is a text like any other; by
 * YAML 1.1 it would be false.
 */
import { EVENT_ID, type Event, SCALAR_STYLE } from "js-yaml";

/** What comes next in what is open. */
type Next = "key" | "value" | "member";

/** As if each key were quoted, but for `<<` and those with a tag of their own. */
export function withTextKeys(events: readonly Event[], source: string): Event[] {
  const open: Next[] = [];
  return events.map((event) => (pass(event, open) === "key" ? asText(event, source) : event));
}

/** What the event is in what is open, if it is part of something. */
function pass(event: Event, open: Next[]): Next | undefined {
  const next = open.pop();
  if (event.type === EVENT_ID.POP) return undefined;
  if (next) open.push(after(next));
  if (opens(event)) open.push(event.type === EVENT_ID.MAPPING ? "key" : "member");
  return next;
}

function after(next: Next): Next {
  if (next === "member") return next;
  return next === "key" ? "value" : "key";
}

function opens({ type }: Event): boolean {
  return type !== EVENT_ID.SCALAR && type !== EVENT_ID.ALIAS;
}

function asText(event: Event, source: string): Event {
  if (event.type !== EVENT_ID.SCALAR || event.tagStart !== -1 || !event.fast) return event;
  const isMerge = source.slice(event.valueStart, event.valueEnd) === "<<";
  return isMerge ? event : { ...event, style: SCALAR_STYLE.DOUBLE_QUOTED };
}
