import assert from "node:assert/strict";
import { test } from "node:test";
import { toPlain } from "./plain.ts";

test("output that is not all UTF-8 is printed with what of it is", () => {
  const stdout = Buffer.concat([Buffer.from("ü "), Buffer.of(0xff)]).toString("base64");
  const output = { stdout, "stdout-encoding": "base64", "return-code": 0 };
  assert.deepEqual(toPlain([{ status: "completed", output }]), {
    stdout: "ü \u{fffd}\n",
    stderr: "",
  });
});
