/**
 * Serves LogSink: what machines have logged.
 *
 * However much machines log, all of it together takes up a part of the store's time and no more: one
 * batch after the other is written, and after each there is a pause as many times as long as the
 * writing took. Machines wait for their answer, and keep their lines until then.
 */
import { isLogLevel } from "#base/log.ts";
import { isProblem } from "#base/problem.ts";
import { Turns } from "#base/turns.ts";
import { type LoggedLine, LogSink } from "#contract/log-sink.ts";
import { parseTagOf, toTag } from "#contract/tags.ts";
import * as log from "#domain/log/log.ts";
import * as unit from "#domain/unit/unit.ts";
import { implement } from "../facade.ts";
import { machineOf, read, type Session, scopeOf } from "../session.ts";

/** Logs have a fifth of the store's time at most. */
const pauseFactor = 4;
const turns = new Turns();

export default implement(LogSink, {
  async Write(session, { spool, lines }) {
    const { store, clock, identity } = session.services;
    const machine = machineOf(session);
    const scope = log.logScope(scopeOf(session));
    if (lines.length === 0) {
      return { sequence: await store.read(scope, (tx) => log.known(tx, { machine, spool })) };
    }
    const own = await listOwn(session, machine, lines);
    return await turns.take(identity.uuid, async () => {
      const began = clock.now();
      const sent = { machine, spool, lines: lines.map((line) => toLine(line, own)), now: began };
      const sequence = await store.write(scope, (tx) => log.add(tx, sent));
      const took = began.until(clock.now()).total("milliseconds");
      const pause = Temporal.Duration.from({ milliseconds: Math.ceil(took * pauseFactor) });
      if (pause.sign > 0) await clock.sleep(pause, session.signal).catch(() => {});
      return { sequence };
    });
  },
});

interface Own {
  readonly machine: string;
  /** Whom the machine may speak for. */
  readonly tags: ReadonlySet<string>;
}

/** A machine speaks for itself and its units, and for those that are gone. */
async function listOwn(session: Session, id: string, lines: readonly LoggedLine[]): Promise<Own> {
  const tags = new Set(lines.map(({ entity }) => entity));
  const machine = toTag("machine", id);
  const own = await read(session, async (tx) => {
    const found: string[] = [machine];
    for (const tag of tags) {
      const name = findUnitName(tag);
      if (name === undefined) continue;
      const known = await unit.find(tx, name);
      if (known === undefined || known.machine === id) found.push(tag);
    }
    return found;
  });
  return { machine, tags: new Set(own) };
}

function findUnitName(tag: string): string | undefined {
  try {
    return parseTagOf("unit", tag);
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}

/** What it says for somebody else counts as its own. */
function toLine({ entity, level, ...line }: LoggedLine, { machine, tags }: Own): log.NumberedLine {
  return {
    ...line,
    entity: tags.has(entity) ? entity : machine,
    level: isLogLevel(level) ? level : "INFO",
  };
}
