import assert from "node:assert/strict";
import { test } from "node:test";
import { toQuery, type Wanted } from "./request.ts";

const nothing: Wanted = {
  ...{ include: [], exclude: [], "include-module": [], "exclude-module": [] },
  ...{ "include-labels": [], "exclude-labels": [], level: "", limit: "0", lines: "0" },
  ...{ replay: false, tail: false, "no-tail": false },
};

const query = (wanted: Partial<Wanted>, isTerminal = true) =>
  decodeURIComponent(toQuery({ ...nothing, ...wanted }, { isTerminal }).toString());

test("ten lines are shown, and at a terminal each new one", () => {
  assert.equal(query({}), "version=2&backlog=10");
  assert.equal(query({}, false), "version=2&backlog=10&noTail=true");
  assert.equal(query({ tail: true }, false), "version=2&backlog=10");
  assert.equal(query({ lines: "3" }), "version=2&backlog=3");
});

test("everything that is kept is shown to whoever asks for it, or wants to see what there is", () => {
  assert.equal(query({ replay: true }, false), "version=2&replay=true");
  assert.equal(query({ "no-tail": true }), "version=2&replay=true&noTail=true");
  assert.equal(query({ limit: "5" }), "version=2&backlog=5&maxLines=5&noTail=true");
  assert.equal(query({ limit: "5", replay: true }), "version=2&replay=true&maxLines=5&noTail=true");
});

test("whom and what is meant is said as the controller knows it", () => {
  const include = ["mysql/0,2", "mysql", "unit-x-*", "*", "machine-3", "0/lxd/1"];
  const entities = ["unit-mysql-0", "machine-2", "unit-mysql-*", "unit-x-*", "*", "machine-3"];
  const said = [...entities, "machine-0-lxd-1"].map((each) => `&includeEntity=${each}`).join("");
  assert.equal(query({ include }), `version=2${said}&backlog=10`);
  assert.equal(
    query({ "exclude-module": ["juju.worker"], exclude: ["0"], level: "warning" }),
    "version=2&excludeEntity=machine-0&excludeModule=juju.worker&level=WARNING&backlog=10",
  );
});

test("what makes no sense is refused, and why", () => {
  const refusals: readonly [Partial<Wanted>, string][] = [
    [{ tail: true, "no-tail": true }, "setting --tail and --no-tail not valid"],
    [{ tail: true, limit: "1" }, "setting --tail and --limit not valid"],
    [{ "no-tail": true, lines: "1" }, "setting --no-tail and --lines not valid"],
    [{ limit: "1", lines: "1" }, "setting --limit and --lines not valid"],
    [{ replay: true, lines: "1" }, "setting --replay and --lines not valid"],
    [
      { level: "LOUD" },
      'level value "LOUD" is not one of "TRACE", "DEBUG", "INFO", "WARNING", "ERROR"',
    ],
    [
      { limit: "few" },
      'invalid value "few" for option --limit: expected a whole number of at least 0, in digits',
    ],
  ];
  for (const [wanted, message] of refusals) assert.throws(() => query(wanted), { message });
});
