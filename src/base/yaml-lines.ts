/**
 * Lines of YAML that other parsers take as they stand, and ours does not.
 *
 * What is in quotes or brackets may go on further left than it began, even in the first column. And
 * a text in a block that is cut off before its last line has ended has no line break there.
 */
import {
  CHOMPING_MODE,
  EVENT_ID,
  type Event,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
} from "js-yaml";

interface Read {
  readonly events: Event[];
  /** The text that the events are of. */
  readonly source: string;
}

/** Of all that is read again since another line had to be moved. */
const readAgainMax = 4 * 1024 ** 2;

/** By how much a line is moved: as little as will do, and nothing real stands further right. */
const steps = [8, 64, 512];

/** Throws what the parser throws for the text as it is. */
export function readEvents(text: string, depthMax: number): Read {
  let source = text;
  let left = readAgainMax;
  let refused: unknown;
  const tries = new Map<number, number>();
  while (left > 0) {
    try {
      const events = parseEvents(source, { maxDepth: depthMax });
      return { events: withoutAddedBreak(events, source), source };
    } catch (error) {
      refused ??= error;
      const moved = isStray(error) ? moveLine(source, error, tries) : undefined;
      left = moved === undefined ? 0 : left - moved.length;
      source = moved ?? source;
    }
  }
  throw refused;
}

/** Whether something within quotes or brackets stands too far left. */
function isStray(error: unknown): error is YAMLException {
  return error instanceof YAMLException && error.reason === "deficient indentation";
}

/** Where it stands too far left, spaces at the beginning of a line count for nothing. */
function moveLine(
  source: string,
  { mark }: YAMLException,
  tries: Map<number, number>,
): string | undefined {
  const times = tries.get(mark?.line ?? 0) ?? 0;
  const step = steps[times];
  if (mark === undefined || step === undefined) return undefined;
  tries.set(mark.line, times + 1);
  const start = mark.position - mark.column;
  return source.slice(0, start) + " ".repeat(step) + source.slice(start);
}

function withoutAddedBreak(events: Event[], source: string): Event[] {
  const at = events.findLastIndex(({ type }) => type === EVENT_ID.SCALAR);
  const last = events[at];
  if (last?.type !== EVENT_ID.SCALAR || /[\n\r]$/.test(source)) return events;
  const isBlock =
    last.style === SCALAR_STYLE.LITERAL_BLOCK || last.style === SCALAR_STYLE.FOLDED_BLOCK;
  if (!isBlock || last.valueEnd < source.length) return events;
  return events.with(at, { ...last, chomping: CHOMPING_MODE.STRIP });
}
