import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "#store/store.ts";
import { controllerScope } from "../scope.ts";
import { addUser, newModel, now, suiteOnEachStore } from "../testing.ts";
import * as user from "./user.ts";

const bob: user.User = {
  name: "bob",
  displayName: "Bob",
  passwordHash: "hash",
  access: "login",
  created: now.toString(),
};

suiteOnEachStore("users", (openStore) => {
  test("a user is found by their name, and nobody else is", async () => {
    await using store = await openStore();
    await store.write(controllerScope, (tx) => user.add(tx, bob));

    assert.deepEqual(await store.read(controllerScope, (tx) => user.find(tx, "bob")), bob);
    assert.equal(await store.read(controllerScope, (tx) => user.find(tx, "Bob")), undefined);
    assert.equal(await store.latestChange(controllerScope), 1);
  });

  test("a name belongs to one user for good", async () => {
    await using store = await openStore();
    await store.write(controllerScope, (tx) => user.add(tx, bob));

    await assert.rejects(
      store.write(controllerScope, (tx) => user.add(tx, { ...bob, passwordHash: "other" })),
      {
        code: "already exists",
        message: 'failed to create user: username unavailable: "bob"',
      },
    );
    assert.deepEqual(await store.read(controllerScope, (tx) => user.find(tx, "bob")), bob);
  });

  test("a user's name begins and ends with a letter or a digit", async () => {
    await using store = await openStore();
    for (const name of ["b", "B.o+b-2"]) {
      await store.write(controllerScope, (tx) => user.add(tx, { ...bob, name }));
    }
    for (const name of ["", "-bob", "bob.", "bo b", "bob@home", "bob\n"]) {
      await assert.rejects(
        store.write(controllerScope, (tx) => user.add(tx, { ...bob, name })),
        { code: "not valid", message: `invalid user name "${name}"` },
      );
    }
  });
});

suiteOnEachStore("access to a model", (openStore) => {
  test("whoever has a level has those below it", async () => {
    await using store = await openStore();
    await newModelWithUsers(store);
    await grant(store, { user: "bob", access: "write" });

    for (const access of ["read", "write"] as const) {
      await assert.rejects(grant(store, { user: "bob", access }), {
        code: "already exists",
        message: 'user already has "write" access or greater',
      });
    }
    await grant(store, { user: "bob", access: "admin" });
    assert.equal(await accessOf(store, "bob"), "admin");
  });

  test("taking a level away leaves those below it", async () => {
    await using store = await openStore();
    await newModelWithUsers(store);
    await grant(store, { user: "bob", access: "admin" });

    await revoke(store, { user: "bob", access: "admin" });
    assert.equal(await accessOf(store, "bob"), "write");
    await newModel(store, "staging");
    await store.write("staging", (tx) => user.grant(tx, { user: "bob", access: "read" }));
    await revoke(store, { user: "bob", access: "read" });
    assert.equal(await accessOf(store, "bob"), undefined);
    assert.equal(await accessOf(store, "jane"), "admin");
    assert.equal(await store.read("staging", (tx) => user.findAccess(tx, "bob")), "read");
  });

  test("a level that a user does not have cannot be taken away", async () => {
    await using store = await openStore();
    await newModelWithUsers(store);
    await grant(store, { user: "bob", access: "read" });

    for (const change of [
      { user: "bob", access: "write" },
      { user: "eve", access: "read" },
    ] as const) {
      await assert.rejects(revoke(store, change), {
        code: "not found",
        message: `could not revoke ${change.access} access: user "${change.user}" has none`,
      });
    }
    assert.equal(await accessOf(store, "bob"), "read");
  });

  test("nobody can be granted anything whom there is not", async () => {
    await using store = await openStore();
    await newModelWithUsers(store);

    await assert.rejects(grant(store, { user: "joe", access: "read" }), {
      code: "not found",
      message: 'user "joe" not found',
    });
    assert.equal(await accessOf(store, "joe"), undefined);
  });

  test("access to one model is no access to another", async () => {
    await using store = await openStore();
    await newModelWithUsers(store);
    await newModel(store, "staging");
    await grant(store, { user: "bob", access: "read" });

    assert.equal(await store.read("staging", (tx) => user.findAccess(tx, "bob")), undefined);
    assert.deepEqual(await store.read("prod", user.listAccess), [
      { user: "bob", access: "read", displayName: "bob" },
      { user: "jane", access: "admin", displayName: "jane" },
    ]);
  });

  test("each change of access is a change of its model", async () => {
    await using store = await openStore();
    await newModelWithUsers(store);
    await grant(store, { user: "bob", access: "write" });
    await revoke(store, { user: "bob", access: "write" });
    await revoke(store, { user: "bob", access: "read" });

    assert.equal(await store.latestChange("prod"), 3);
  });
});

async function newModelWithUsers(store: Store): Promise<void> {
  for (const name of ["jane", "bob", "eve"]) await addUser(store, name);
  await newModel(store);
}

function grant(store: Store, change: Parameters<typeof user.grant>[1]): Promise<void> {
  return store.write("prod", (tx) => user.grant(tx, change));
}

function revoke(store: Store, change: Parameters<typeof user.revoke>[1]): Promise<void> {
  return store.write("prod", (tx) => user.revoke(tx, change));
}

function accessOf(store: Store, name: string): Promise<user.ModelAccess | undefined> {
  return store.read("prod", (tx) => user.findAccess(tx, name));
}
