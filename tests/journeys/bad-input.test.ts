import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { WebSocket } from "ws";
import { link, type RawMember, writeFiles, zipOf } from "#charm/testing.ts";
import { upload } from "#client/transfer.ts";
import { parseAgentConf } from "#release/agent-conf.ts";
import type { Scratch } from "../../scripts/scratch.ts";
import { bootstrapped, isSettled, machineFolderOf, writeRecorder } from "./cloud.ts";
import { type Ways, waysTo } from "./ways.ts";

const metadata = "name: evil\nsummary: Harms.\ndescription: Harms, or tries to.\n";

/** Too large for its archive, once honestly and once with a lie in its header. */
const zeros = Buffer.alloc(70 * 1024 ** 2);

const archives: Readonly<Record<string, readonly [RawMember[], string]>> = {
  bare: [[{ name: "README", content: "" }], "charm has no metadata.yaml"],
  climber: [[{ name: "../evil.txt", content: "x" }], '"../evil.txt" leads out of the charm'],
  linked: [[link("passwords", "/etc/passwd")], 'symlink "passwords" is absolute: "/etc/passwd"'],
  bomb: [
    [{ name: "zeros", content: zeros }],
    `charm unpacks to ${zeros.length + metadata.length} bytes, more than 100 times its archive`,
  ],
  liar: [
    [{ name: "zeros", content: zeros, size: 1 }],
    '"zeros" unpacks to more than the 1 bytes that its header promises',
  ],
};

test("bad input is refused with one clear line, and changes nothing", async (t) => {
  await using scratch = await bootstrapped();
  const config = "options:\n  size: {type: int, default: 1}\n";
  const files = { "config.yaml": config };
  const web = "provides: {web: {interface: http}}\n";
  const recorder = await writeRecorder(scratch, {
    ...{ name: "recorder", metadata: web, files },
    script: "status-set active",
  });
  await scratch.jumar(`deploy ${recorder}`);
  await scratch.jumar("deploy ./examples/charms/greeter");
  await scratch.until("both are settled", async () => {
    const status = await scratch.status();
    return isSettled(status, "recorder/0") && isSettled(status, "greeter/0", "Hello");
  });
  const ways = await waysTo(scratch);
  const store = (await machineFoldersIn(scratch)).find(({ isController }) => isController);
  const database = join(store?.path ?? "", "controller", "jumar.db");
  const before = await lookAt(scratch, database);

  const nothingChanges = async () => {
    assert.deepEqual(await lookAt(scratch, database), before);
  };
  const isRefused = async (command: string, message: string, expected = 1) => {
    const { status, stdout, stderr } = await scratch.run(command.split(" "));
    const lines = stderr.trimEnd().split("\n");
    assert.deepEqual(
      { message: lines.at(-1), status },
      { message: `ERROR ${message}`, status: expected },
    );
    assert.equal(stdout, "", command);
    assert.equal(lines.filter((line) => line.startsWith("ERROR")).length, 1, command);
    assert.doesNotMatch(stderr, /this is a bug|^\s+at /m);
    await nothingChanges();
  };

  await t.test("a charm without metadata.yaml, or with a broken one", async () => {
    const folder = join(scratch.folder, "bad");
    await writeFiles(folder, {
      "none/README": "",
      "source/charmcraft.yaml": "type: charm",
      "broken/metadata.yaml": "name: [evil",
      "nameless/metadata.yaml": "summary: Has no name.\ndescription: None.\n",
      "link/metadata.yaml": metadata,
      "link/passwords": "-> /etc/passwd",
    });
    const cannotUse = (name: string) => `cannot use the charm at "${join(folder, name)}"`;
    const refusals = {
      none: "charm has no metadata.yaml",
      source:
        'charm has no metadata.yaml: charmcraft.yaml is not enough, run "charmcraft pack" and use what it makes',
      broken:
        "metadata.yaml: invalid YAML: unexpected end of the stream within a flow collection (1:12)",
      nameless: "metadata.yaml: name: expected string, got nothing",
      link: 'symlink "passwords" is absolute: "/etc/passwd"',
    };
    for (const [name, reason] of Object.entries(refusals)) {
      await isRefused(`deploy ${join(folder, name)}`, `${cannotUse(name)}: ${reason}`);
    }
    await isRefused(`deploy ${folder}/nowhere`, `no charm found at "${folder}/nowhere"`);
  });

  await t.test(
    "an archive that leads out of itself, or is a bomb, also when it is sent raw",
    async () => {
      const folder = join(scratch.folder, "archives");
      await mkdir(folder);
      for (const [name, [members, reason]] of Object.entries(archives)) {
        const file = join(folder, `${name}.charm`);
        const own = name === "bare" ? [] : [{ name: "metadata.yaml", content: metadata }];
        await writeFile(file, zipOf([...own, ...members]));
        await isRefused(`deploy ${file}`, `cannot use the charm at "${file}": ${reason}`);
        const sent = send(ways, file);
        await assert.rejects(sent, { code: "not valid", message: reason });
        await nothingChanges();
      }
      assert.deepEqual(
        (await readdir(folder)).filter((name) => !name.endsWith(".charm")),
        [],
      );
    },
  );

  await t.test("an unknown option, and a value of the wrong type", async () => {
    await isRefused("config recorder colour=red", 'unknown option "colour"');
    await isRefused("config recorder size=large", 'option "size" expected int, got "large"');
    await isRefused("config recorder --reset colour", 'unknown option "colour"');
    await isRefused(`deploy ${recorder} other --config colour=red`, 'unknown option "colour"');
    const wrong = 'option "size" expected int, got "large"';
    await isRefused(`deploy ${recorder} other --config size=large`, wrong);
    await isRefused(`refresh recorder --path ${recorder} --config size=large`, wrong);
    const duration =
      'update-status-hook-interval: "soon" is not a duration such as 1h30m, 5m or 90s';
    await isRefused("model-config update-status-hook-interval=soon", duration);
  });

  await t.test("an application that is there, a relation that does not match", async () => {
    const taken = 'cannot add application "recorder": application already exists';
    await isRefused(`deploy ${recorder}`, taken);
    await isRefused(`deploy ./examples/charms/greeter recorder`, taken);
    await isRefused("integrate recorder greeter", "no relations found");
    await isRefused("integrate recorder:web greeter:visits", "no relations found");
    await isRefused("integrate recorder:db greeter", 'application "recorder" has no "db" relation');
    await isRefused("integrate recorder nobody", 'application "nobody" not found');
  });

  await t.test("an unknown model, and an unknown controller", async () => {
    await isRefused("status -m nowhere", "model demo:admin/nowhere not found");
    await isRefused(
      "deploy ./examples/charms/greeter -m nowhere",
      "model demo:admin/nowhere not found",
    );
    await isRefused("status -m elsewhere:shop", "controller elsewhere not found");
  });

  await t.test("what is no use of a command is told apart from what fails", async () => {
    await isRefused(
      "frobnicate",
      '"frobnicate" is not a jumar command. See "jumar help commands".',
      2,
    );
    await isRefused("status --colour", "option provided but not defined: --colour", 2);
    await isRefused("integrate recorder", "no other application specified", 2);
    await isRefused(
      "add-unit recorder -n many",
      'invalid value "many" for option --num-units: expected a whole number of at least 1, in digits',
      2,
    );
  });

  await t.test("a wrong password", async () => {
    const path = join(scratch.folder, "client", "accounts.yaml");
    const accounts = await readFile(path, "utf8");
    await writeFile(path, accounts.replace(ways.password, "guess"));
    const { status, stdout, stderr } = await scratch.run(["status"]);
    await writeFile(path, accounts);
    const reason = "cannot log in to controller demo as admin: invalid entity name or password";
    assert.equal(stderr, `ERROR ${reason}; who logs in, and how, is kept in ${path}\n`);
    assert.deepEqual([status, stdout], [1, ""]);
    await nothingChanges();
  });

  await t.test(
    "a frame that is no call, a call without login, and one above one's access",
    async () => {
      const list = { type: "ModelManager", version: 9, request: "ListModels" };
      const refusals = [
        [
          "hello",
          0,
          `the frame is not JSON: Unexpected token 'h', "hello" is not valid JSON`,
          "bad request",
        ],
        ["[]", 0, "the frame is not a JSON object", "bad request"],
        [{ ...list, "request-id": 1 }, 1, "not logged in", "unauthorized access"],
      ] as const;
      using stranger = await Frames.open(ways, "/api");
      for (const [frame, id, error, code] of refusals) {
        assert.deepEqual(await stranger.ask(frame), refusal(id, error, code));
      }

      using agent = await Frames.open(ways, `/model/${ways.shop}/api`);
      const status = await scratch.status();
      const machine = machineFolderOf(scratch, status, "recorder/0");
      const conf = join(
        machine,
        "agents",
        `machine-${status.applications.recorder?.units?.["recorder/0"]?.machine}`,
      );
      const { tag, password } = parseAgentConf(await readFile(join(conf, "agent.conf"), "utf8"));
      const login = { type: "Admin", version: 3, request: "Login" };
      const who = { "auth-tag": tag, credentials: password };
      const known = await agent.ask({ ...login, "request-id": 1, params: who });
      assert.equal(known.error, undefined);
      const above = { type: "Application", version: 19, request: "DestroyApplication" };
      const applications = [{ "application-tag": "application-recorder" }];
      const denied = await agent.ask({ ...above, "request-id": 2, params: { applications } });
      assert.deepEqual(denied, refusal(2, "permission denied", "unauthorized access"));
      await nothingChanges();
    },
  );
});

/** The model, the client's files, the machines' files, and the rows of the store. */
async function lookAt(scratch: Scratch, database: string) {
  const { controller: _, ...status } = await scratch.status();
  const client = join(scratch.folder, "client");
  const entries = await readdir(client, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const names = files.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(name, "utf8")));
  const all = await readdir(scratch.cloud, { recursive: true });
  const machines = all.filter((path) => !/\/log-spool\/\d+\.log$/.test(path)); // they come and go
  return { status, names, texts, machines: machines.toSorted(), rows: readRows(database) };
}

/** Leases are left out, since units renew them as time goes by. */
function readRows(database: string): Readonly<Record<string, unknown>> {
  using store = new DatabaseSync(database, { readOnly: true });
  const tables = store.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const names = tables.map(({ name }) => String(name)).filter((name) => name !== "leadership");
  const rows = names.map((name) => [name, store.prepare(`SELECT * FROM "${name}"`).all()]);
  return Object.fromEntries(rows);
}

async function machineFoldersIn({ cloud }: Scratch) {
  const folder = join(cloud, "machines");
  const names = await readdir(folder);
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, isController: (await readdir(path)).includes("controller") };
    }),
  );
}

/** As a program does that does not look at the charm itself. */
function send({ address, caCertificate, password, shop }: Ways, file: string): Promise<unknown> {
  const peer = { address, caCertificate, login: { tag: "user-admin", password } };
  const transfer = {
    path: `/model/${shop}/charms`,
    file,
    headers: { "Content-Type": "application/zip" },
  };
  return upload(peer, transfer, AbortSignal.timeout(30_000));
}

/** A websocket on which anything can be said. */
class Frames implements Disposable {
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async open({ address, caCertificate: ca }: Ways, path: string): Promise<Frames> {
    const socket = new WebSocket(`wss://${address}${path}`, { ca });
    await once(socket, "open");
    return new Frames(socket);
  }

  async ask(frame: string | object): Promise<Readonly<Record<string, unknown>>> {
    const answer = once(this.#socket, "message");
    this.#socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
    const [data] = await answer;
    return JSON.parse(String(data));
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }
}

function refusal(id: number, error: string, code: string) {
  return { "request-id": id, error, "error-code": code, response: {} };
}
