/** LogSink: what a machine and the units on it have logged, on its way to the controller. */
import { facade, method } from "./facade.ts";
import { integer, list, record, text, type ValueOf } from "./wire.ts";

const loggedLine = record({
  /** Its number in the machine's spool. */
  sequence: integer,
  /** Milliseconds since 1970, in UTC. */
  time: integer,
  /** The tag of the machine, or of a unit on it. */
  entity: text,
  level: text,
  module: text,
  location: text,
  message: text,
});
export type LoggedLine = ValueOf<typeof loggedLine>;

export const LogSink = facade(
  { name: "LogSink", versions: [1], scope: "model" },
  {
    /**
     * Adds lines of the machine's spool, in the order of their numbers, to the log of the model. One
     * whose number is not beyond the last that is known counts as known. Answers with the number of
     * the last that is known then; without any lines, that is all it does.
     */
    Write: method(
      "machine",
      record({ spool: text, lines: list(loggedLine) }),
      record({ sequence: integer }),
    ),
  },
);
