import assert from "node:assert/strict";
import { test } from "node:test";
import { Desk } from "../testing.ts";

test("a controller that is forgotten goes on, and is known no more", async () => {
  await using desk = await Desk.open();
  const controller = await desk.withController();

  assert.equal(
    (await desk.run("unregister test", { input: "test\n" })).stderr,
    `\
This command will remove connection information for controller "test". It goes on, but this client will not know how to reach it.

To continue, enter the name of the controller to be unregistered:
Controller "test" is forgotten.
`,
  );
  assert.match((await desk.run("controllers")).stderr, /^No controllers registered\./);
  await using connection = await controller.connect("user-anna");
  assert.equal(connection.login["user-info"]?.identity, "user-anna");
  assert.equal((await desk.run("unregister test")).stderr, "ERROR controller test not found\n");
});
