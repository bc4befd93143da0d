import assert from "node:assert/strict";
import { test } from "node:test";
import { AllWatcher } from "#contract/all-watcher.ts";
import { Client } from "#contract/client.ts";
import { Pinger } from "#contract/pinger.ts";
import { suiteOnEachStore } from "#domain/testing.ts";
import { blog, controllerUuid, nowhere, password, shop, startTestController } from "./testing.ts";

const ping = { facade: "Pinger", version: 1, method: "Ping", id: "", params: null };
const login = {
  ...{ facade: "Admin", version: 3, method: "Login", id: "" },
  params: { "auth-tag": "user-anna", credentials: password, nonce: "", "client-version": "4.0.12" },
};

suiteOnEachStore("a connection to the API", (open) => {
  test("before login there is only Admin", async () => {
    await using controller = await startTestController(open);
    await using rpc = await controller.open(shop);
    const notLoggedIn = { code: "unauthorized access", message: "not logged in" };

    await assert.rejects(rpc.call(ping), notLoggedIn);
    await assert.rejects(rpc.call({ ...ping, facade: "NoSuchFacade" }), notLoggedIn);
    await assert.rejects(rpc.call({ ...login, method: "RedirectInfo" }), {
      code: "bad request",
      message: "not redirected",
    });
    await rpc.call(login);
    assert.deepEqual(await rpc.call(ping), {});
  });

  test("whoever has logged in hears who they are, where they are and what they are offered", async () => {
    await using controller = await startTestController(open);
    await using rpc = await controller.open(shop);

    assert.deepEqual(await rpc.call(login), {
      "controller-tag": `controller-${controllerUuid}`,
      "model-tag": `model-${shop}`,
      "server-version": "3.6.100",
      servers: [
        [
          {
            value: "127.0.0.1",
            port: Number(controller.address.split(":")[1]),
            type: "ipv4",
            scope: "local-cloud",
          },
        ],
      ],
      "public-dns-name": "",
      facades: [
        { name: "Action", versions: [7] },
        { name: "Admin", versions: [3] },
        { name: "AllWatcher", versions: [3] },
        { name: "Application", versions: [19, 20] },
        { name: "Charms", versions: [6, 7] },
        { name: "Client", versions: [6, 7, 8] },
        { name: "MachineManager", versions: [10, 11] },
        { name: "MetricsDebug", versions: [2] },
        { name: "ModelConfig", versions: [3] },
        { name: "NotifyWatcher", versions: [1] },
        { name: "Payloads", versions: [1] },
        { name: "Pinger", versions: [1] },
        { name: "Resources", versions: [3] },
        { name: "Rollouts", versions: [1] },
        { name: "Secrets", versions: [2] },
        { name: "Storage", versions: [6, 7] },
        { name: "StringsWatcher", versions: [1] },
      ],
      "user-info": {
        "display-name": "",
        identity: "user-anna",
        "controller-access": "login",
        "model-access": "admin",
      },
    });
  });

  test("a connection to the controller has no model, and a superuser is admin of every model", async () => {
    await using controller = await startTestController(open);
    await using own = await controller.connect("user-anna");
    await using boss = await controller.connect("user-boss", blog);
    await using agent = await controller.connect("machine-0", shop);

    assert.ok(!own.login["model-tag"]);
    assert.deepEqual(
      own.login.facades.map(({ name }) => name),
      [
        ...["Admin", "Controller", "ModelConfig", "ModelManager", "ModelUpgrader"],
        ...["NotifyWatcher", "Pinger", "SecretBackends", "StringsWatcher"],
      ],
    );
    assert.deepEqual(own.login["user-info"]?.["model-access"], "");
    assert.deepEqual(boss.login["user-info"], {
      "display-name": "boss",
      identity: "user-boss",
      "controller-access": "superuser",
      "model-access": "admin",
    });
    assert.equal(agent.login["user-info"], undefined);
    const forAgents = agent.login.facades.map(({ name }) => name).slice(-3);
    assert.deepEqual(forAgents, ["Storage", "StringsWatcher", "UnitAgent"]);
  });

  test("a second login is refused, and the first one goes on", async () => {
    await using controller = await startTestController(open);
    await using rpc = await controller.open(shop);
    await rpc.call(login);

    await assert.rejects(rpc.call(login), { code: "bad request", message: "already logged in" });
    assert.deepEqual(await rpc.call(ping), {});
  });

  test("of several logins at once on one connection exactly one counts", async () => {
    await using controller = await startTestController(open);
    await using rpc = await controller.open(shop);

    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => rpc.call(login)));

    const refused = outcomes.filter(({ status }) => status === "rejected");
    assert.equal(refused.length, 3);
    for (const { reason } of refused as PromiseRejectedResult[]) {
      assert.equal(reason.message, "already logged in");
    }
  });

  test("a wrong password, an unknown name and what is no name are told alike", async () => {
    await using controller = await startTestController(open);
    await using rpc = await controller.open(shop);
    const tries = [
      ["user-anna", "guess"],
      ["user-nobody", password],
      ["user-", password],
      ["machine-0", password],
      ["machine-7", password],
      ["unit-mysql-0", password],
      ["anna", password],
      ["", ""],
    ];
    for (const [tag, credentials] of tries) {
      const params = { "auth-tag": tag, credentials };
      await assert.rejects(
        rpc.call({ ...login, params }),
        { code: "unauthorized access", message: "invalid entity name or password" },
        tag,
      );
    }
  });

  test("an agent logs in to its own model and to no other", async () => {
    await using controller = await startTestController(open);
    const secret = await controller.agentPassword(shop, "0");
    const params = { "auth-tag": "machine-0", credentials: secret };

    await using own = await controller.open(shop);
    await own.call({ ...login, params });
    for (const other of [blog, nowhere, undefined]) {
      await using rpc = await controller.open(other);
      await assert.rejects(rpc.call({ ...login, params }), {
        code: "unauthorized access",
        message: "invalid entity name or password",
      });
    }
  });

  test("a model that there is not is told to those who are known here, and to nobody else", async () => {
    await using controller = await startTestController(open);

    await assert.rejects(controller.connect("user-lola", nowhere), {
      code: "model not found",
      message: `unknown model: "${nowhere}"`,
    });
    await using rpc = await controller.open(nowhere);
    await assert.rejects(rpc.call({ ...login, params: { "auth-tag": "user-eve" } }), {
      message: "invalid entity name or password",
    });
    await assert.rejects(controller.connect("user-lola", shop), {
      code: "unauthorized access",
      message: "permission denied",
    });
  });

  test("whoever guesses passwords has to begin anew after ten guesses", async () => {
    await using controller = await startTestController(open);
    await using rpc = await controller.open(shop);
    for (let tries = 0; tries < 10; tries++) {
      await assert.rejects(rpc.call({ ...login, params: { "auth-tag": "user-eve" } }));
    }

    await rpc.closed;

    await assert.rejects(rpc.call(login), { code: "stopped" });
  });

  test("what is not served is told as Juju tells it", async () => {
    await using controller = await startTestController(open);
    await using model = await controller.connect("user-boss", shop);
    await using own = await controller.connect("user-boss");
    const refusals = [
      [model, { ...ping, facade: "Spaceship" }, 'unknown facade type "Spaceship"'],
      [model, { ...ping, version: 9 }, 'unknown version 9 of facade type "Pinger"'],
      [model, { ...ping, version: 0 }, 'unknown version 0 of facade type "Pinger"'],
      [model, { ...ping, method: "Fly" }, "no such request - method Pinger.Fly is not implemented"],
      [
        model,
        { ...ping, method: "toString" },
        "no such request - method Pinger.toString is not implemented",
      ],
      [model, { ...ping, facade: "__proto__" }, 'unknown facade type "__proto__"'],
    ] as const;
    for (const [connection, request, message] of refusals) {
      await assert.rejects(connection.call(request), { code: "not implemented", message });
    }
    await assert.rejects(model.call({ ...ping, facade: "ModelManager", version: 10 }), {
      code: "not supported",
      message: 'facade "ModelManager" not supported for model API connection',
    });
    await assert.rejects(own.call({ ...ping, facade: "Client", version: 8 }), {
      code: "not supported",
      message: 'facade "Client" not supported for controller API connection',
    });
  });

  test("a key matches whatever its case, and null is as good as nothing", async () => {
    await using controller = await startTestController(open);
    await using connection = await controller.connect("user-anna", shop);
    const getCharm = { facade: "Application", version: 19, method: "GetCharmURLOrigin", id: "" };

    for (const params of [{ APPLICATION: "mysql" }, { Application: "mysql", Branch: null }]) {
      const { url } = (await connection.call({ ...getCharm, params })) as { url: string };
      assert.equal(url, "local:mysql-0");
    }
    for (const params of [null, undefined, {}]) {
      await connection.call({
        ...getCharm,
        facade: "Client",
        version: 6,
        method: "FullStatus",
        params,
      });
      await assert.rejects(connection.call({ ...getCharm, params }), {
        code: "not found",
        message: 'application "" not found',
      });
    }
  });

  test("parameters of a wrong type are refused with their place", async () => {
    await using controller = await startTestController(open);
    await using connection = await controller.connect("user-anna", shop);
    const add = { facade: "Application", version: 19, method: "AddUnits", id: "" };

    const params = { application: "mysql", "num-units": "three" };
    await assert.rejects(connection.call({ ...add, params }), {
      code: "bad request",
      message: "num-units: expected number",
    });
    for (const odd of ["text", 7, [1], true]) {
      await assert.rejects(connection.call({ ...add, params: odd }), { code: "bad request" });
    }
  });

  test("each item of a bulk call succeeds or fails by itself, in order", async () => {
    await using controller = await startTestController(open);
    await using connection = await controller.connect("user-anna");
    const tags = [`model-${shop}`, `model-${blog}`, "model-", 7, `model-${shop}`];
    const entities = tags.map((tag) => ({ Tag: tag }));
    const info = { facade: "ModelManager", version: 9, method: "ModelInfo", id: "" };

    const { results } = (await connection.call({ ...info, params: { Entities: entities } })) as {
      results: { result?: { name: string }; error?: unknown }[];
    };

    assert.deepEqual(
      results.map(({ result, error }) => result?.name ?? error),
      [
        "shop",
        { message: "permission denied", code: "unauthorized access" },
        { message: '"model-" is not a valid tag', code: "not valid" },
        { message: "tag: expected string", code: "bad request" },
        "shop",
      ],
    );
  });

  test("a bulk call without items has no results, and one with too many is refused", async () => {
    await using controller = await startTestController(open);
    await using connection = await controller.connect("user-anna");
    const info = { facade: "ModelManager", version: 9, method: "ModelInfo", id: "" };

    for (const params of [null, {}, { entities: null }, { entities: [] }]) {
      assert.deepEqual(await connection.call({ ...info, params }), { results: [] });
    }
    await assert.rejects(connection.call({ ...info, params: { entities: "all" } }), {
      code: "bad request",
      message: "entities: expected array",
    });
    const entities = Array.from({ length: 10_001 }, () => ({ tag: "" }));
    await assert.rejects(connection.call({ ...info, params: { entities } }), {
      code: "bad request",
      message: "entities: 10001 items are more than 10000",
    });
  });

  test("a watcher that nobody has made, or somebody else's, is not found", async () => {
    await using controller = await startTestController(open);
    await using one = await controller.connect("user-anna", shop);
    await using other = await controller.connect("user-anna", shop);
    const { "watcher-id": id } = await one.facade(Client).WatchAll();

    const unknown = { code: "not found", message: `unknown watcher id "${id}"` };
    await assert.rejects(other.facade(AllWatcher).Next({ id }), unknown);
    assert.equal((await one.facade(Pinger).Ping()) ?? "pong", "pong");
  });
});
