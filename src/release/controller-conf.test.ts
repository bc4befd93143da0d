import assert from "node:assert/strict";
import { test } from "node:test";
import { parseControllerConf } from "./controller-conf.ts";

test("a damaged configuration of a controller is named", () => {
  assert.throws(() => parseControllerConf('{"uuid": "c0'), {
    code: "not valid",
    message: "cannot read controller/controller.json: it is not JSON",
  });
  assert.throws(() => parseControllerConf('{"uuid": "c0"}'), {
    code: "not valid",
    message: 'controller/controller.json cannot be used: "name" is missing',
  });
});
