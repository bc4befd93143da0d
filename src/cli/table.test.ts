import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTable } from "./table.ts";

test("columns are two spaces apart, and the last is not padded", () => {
  const text = formatTable(
    ["Model", "Access"],
    [
      ["a", "admin"],
      ["longest-name", "read"],
    ],
  );

  assert.equal(text, "Model         Access\na             admin\nlongest-name  read");
});

test("a row whose last cells are empty or missing ends in the spaces of those before", () => {
  const text = formatTable(["A", "Bb", "C"], [["1", "", ""], ["2"]]);

  assert.equal(text, "A  Bb  C\n1      \n2      ");
});

test("a column can be aligned to the right, the last one too", () => {
  const right = (title: string) => ({ title, align: "right" }) as const;
  const text = formatTable(
    ["App", right("Rev"), right("N")],
    [
      ["a", "1200", "7"],
      ["b", "3", "10"],
    ],
  );

  assert.equal(text, "App   Rev   N\na    1200   7\nb       3  10");
});

test("paint takes no room, and the spaces beside a cell are not painted", () => {
  const painted = { text: "ok", paint: (text: string) => `<${text}>` };
  const text = formatTable(
    ["State", "Note"],
    [
      [painted, painted],
      ["waiting", ""],
    ],
  );

  assert.equal(text, "State    Note\n<ok>       <ok>\nwaiting  ");
});

test("a letter that takes two code units is one letter wide", () => {
  assert.equal(formatTable(["A", "B"], [["🦆🦆", "x"]]), "A   B\n🦆🦆  x");
});

test("what would control the terminal or break the line is a space", () => {
  const text = formatTable(["A", "B"], [["one\r\ntwo", "\u001b[2Jthree\tfour\u0007"]]);

  assert.equal(text, "A        B\none two   [2Jthree four ");
});

test("a table without rows is its titles", () => {
  assert.equal(formatTable(["A", "B"], []), "A  B");
});
