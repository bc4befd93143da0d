import assert from "node:assert/strict";
import { test } from "node:test";
import { password } from "#controller/testing.ts";
import { Desk } from "../testing.ts";

test("a model counts as somebody's, and not as the controller's own, whatever its name", async () => {
  await using desk = await Desk.open();
  await desk.withController();
  await desk.files.saveAccount("test", { user: "boss", password, access: "superuser" });
  await desk.run("add-model controller --owner anna");

  const { status, stderr } = await desk.run("destroy-controller test --no-prompt");
  assert.equal(status, 1);
  assert.match(stderr, /^ERROR .*: it has the models nick\/blog, anna\/controller, anna\/shop; /);
});
