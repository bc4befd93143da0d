/** Tasks and operations as documents, in the layout of Juju's. */
import type { WireActionResult, WireOperation } from "#contract/action.ts";
import { parseTag } from "#contract/tags.ts";

export interface TaskDocument {
  readonly id: string;
  readonly status: string;
  readonly [key: string]: unknown;
}

/** The id in a tag such as `action-2`. */
export function toId(tag: string): string {
  return parseTag(tag).id;
}

/** As in `mysql/0`, or a machine's id. */
export function receiverOf({ action }: WireActionResult): string {
  return toId(action?.receiver ?? "");
}

/** `2026-01-31 12:00:00 +0000 UTC`, in the zone; nothing for a time that is not known. */
function formatTime(time: string | undefined, zone: string): string | undefined {
  if (!time) return undefined;
  const local = Temporal.Instant.from(time).toZonedDateTimeISO(zone);
  const name = local.toLocaleString("en", { timeZoneName: "short" }).split(" ").at(-1) ?? "";
  const clock = local.toPlainDateTime().toString({ smallestUnit: "second" }).replace("T", " ");
  return `${clock} ${local.offset.replace(":", "")} ${name}`;
}

/** `12:00:00`, in the zone. */
export function formatClock(time: string, zone: string): string {
  const local = Temporal.Instant.from(time).toZonedDateTimeISO(zone);
  return local.toPlainTime().toString({ smallestUnit: "second" });
}

/** The zone that times are shown in. */
export function zoneOf(isUtc: boolean): string {
  return isUtc ? "UTC" : Temporal.Now.timeZoneId();
}

export function toTaskDocument(result: WireActionResult, zone: string): TaskDocument {
  const { action, status = "", message = "", log = [], output } = result;
  const { kind, id: receiver } = parseTag(action?.receiver ?? "");
  return {
    id: toId(action?.tag ?? ""),
    ...(log.length > 0 ? { log: log.map((each) => toLine(each, zone)) } : {}),
    ...(message === "" ? {} : { message }),
    ...(output === undefined ? {} : { results: output }),
    status,
    timing: toTiming(result, zone),
    [kind]: receiver,
  };
}

export function toOperationDocument(operation: WireOperation, zone: string) {
  const { summary, status = "", fail, actions } = operation;
  const first = actions.find(({ action }) => action !== undefined)?.action;
  const tasks = actions.map((each) => [toId(each.action?.tag ?? ""), toPart(each, zone)] as const);
  return {
    summary,
    ...(fail === undefined ? {} : { fail }),
    status,
    ...(first && { action: { name: first.name, parameters: first.parameters ?? {} } }),
    timing: toTiming(operation, zone),
    ...(tasks.length > 0 ? { tasks: Object.fromEntries(tasks) } : {}),
  };
}

function toPart(result: WireActionResult, zone: string) {
  const { status, timing, message, log, results } = toTaskDocument(result, zone);
  const rest = { message, log, results };
  const known = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { host: receiverOf(result), status, timing, ...Object.fromEntries(known) };
}

function toLine({ timestamp, message }: { timestamp: string; message: string }, zone: string) {
  return `${formatTime(timestamp, zone)} ${message}`;
}

function toTiming(
  times: Pick<WireActionResult, "enqueued" | "started" | "completed">,
  zone: string,
): Readonly<Record<string, string>> {
  const { enqueued, started, completed } = times;
  const entries = Object.entries({ enqueued, started, completed });
  return Object.fromEntries(
    entries.flatMap(([name, time]) => {
      const text = formatTime(time, zone);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}
