/** Hook tools and the agent that answers them, over a real socket. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtempDisposable,
  readdir,
  readFile,
  realpath,
  stat,
} from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { formatHookFrame, readHookFrames } from "./hook-frames.ts";
import { HookServer } from "./hook-server.ts";
import { hookOf, relationHookOf } from "./testing.ts";
import { makeToolsFolder } from "./unit/run/tools-folder.ts";

const secret = `mysql/0-install-${"0123456789abcdef".repeat(2)}`;
const other = `mysql/0-install-${"f".repeat(32)}`;
const stale = (id: string) =>
  `ERROR bad request: expected context id "mysql/0-install-...", got "${id}"\n`;

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Call {
  readonly args: readonly string[];
  readonly input?: string | Buffer;
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A folder with a server in it, which is as deep as `name` is long, and the tools beside it. */
async function open(name = "unit") {
  const scratch = await mkdtempDisposable(join(tmpdir(), "jumar-hook-"));
  const folder = join(scratch.path, name);
  await mkdir(folder, { recursive: true });
  const hookTool = join(scratch.path, "hook-tool");
  await copyFile(join(import.meta.dirname, "hook-tool.pl"), hookTool);
  await chmod(hookTool, 0o755);
  const tools = join(scratch.path, "tools");
  await makeToolsFolder(tools, { executable: "", launcher: "", hookTool });
  const server = await HookServer.open(join(folder, "agent.socket"));
  const facts = hookOf({ settings: { title: "Töst" } });
  return {
    ...{ server, tools, folder, told: facts.told },
    start: (its = facts, id = secret) =>
      server.setRunning({ secret: id, contextFor: (call) => ({ ...its.hook, ...call }) }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await scratch[Symbol.asyncDispose]();
    },
  };
}

type Site = Awaited<ReturnType<typeof open>>;

/** How a tool is started: as charms do, and as they do on a machine without Perl. */
const clients = {
  "hook-tool": ({ tools }: Site, name: string) => ["/usr/bin/perl", join(tools, name)],
  "jumard hook-tool": (_: Site, name: string) => [
    process.execPath,
    "--no-warnings",
    join(import.meta.dirname, "..", "bin", "jumard.ts"),
    "hook-tool",
    name,
  ],
};
type Client = (typeof clients)["hook-tool"];

async function call(client: Client, site: Site, { args, ...rest }: Call): Promise<Outcome> {
  const [name = "", ...words] = args;
  const [program = "", ...before] = client(site, name);
  const tool = spawn(program, [...before, ...words], {
    cwd: rest.cwd ?? site.folder,
    env: rest.environment ?? {
      JUJU_CONTEXT_ID: secret,
      JUJU_AGENT_SOCKET_ADDRESS: site.server.path,
    },
  });
  tool.stdin.on("error", () => {}); // it ends without reading what nobody wants
  tool.stdin.end(rest.input);
  const ended = once(tool, "exit");
  const [stdout, stderr] = await Promise.all([text(tool.stdout), text(tool.stderr)]);
  const [code] = (await ended) as [number | null];
  return { code, stdout, stderr };
}

for (const [name, client] of Object.entries(clients)) {
  test(`${name} prints what the agent answers and ends as it says`, async () => {
    await using site = await open();
    site.start();
    assert.deepEqual(await call(client, site, { args: ["config-get", "title"] }), {
      ...{ code: 0, stdout: "Töst\n", stderr: "" },
    });
    assert.deepEqual(await call(client, site, { args: ["config-get", "--nonsense"] }), {
      ...{ code: 2, stdout: "", stderr: "ERROR option provided but not defined: --nonsense\n" },
    });
    const words = ["juju-log", "--", "a  b", "", "-l\n", "ü", "'\"$x`"];
    assert.equal((await call(client, site, { args: words })).code, 0);
    assert.deepEqual(site.told, [["log", "INFO", "a  b  -l\n ü '\"$x`"]]);
  });

  test(`${name} says what is missing where there is no hook`, async () => {
    await using site = await open();
    const away = join(site.folder, "away");
    const rows = [
      [{}, "ERROR JUJU_CONTEXT_ID not set\n"],
      [{ JUJU_CONTEXT_ID: "" }, "ERROR JUJU_CONTEXT_ID not set\n"],
      [{ JUJU_CONTEXT_ID: secret }, "ERROR JUJU_AGENT_SOCKET_ADDRESS not set\n"],
    ] as const;
    for (const [environment, stderr] of rows) {
      const outcome = await call(client, site, { args: ["config-get"], environment });
      assert.deepEqual(outcome, { code: 1, stdout: "", stderr });
    }
    const environment = { JUJU_CONTEXT_ID: secret, JUJU_AGENT_SOCKET_ADDRESS: away };
    const { code, stderr } = await call(client, site, { args: ["config-get"], environment });
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^ERROR cannot talk to the agent at ${away}: [^\n]+\n$`));
  });

  test(`${name} sends its input only to a tool that reads it, byte for byte`, async () => {
    await using site = await open();
    const facts = relationHookOf();
    site.start(facts);
    const input = JSON.stringify({ long: "é\n".repeat(100_000), empty: "" });
    const args = ["relation-set", "--file", "-"];
    assert.deepEqual(await call(client, site, { args, input }), {
      ...{ code: 0, stdout: "", stderr: "" },
    });
    const settings = JSON.parse(input) as object;
    assert.deepEqual(facts.told, [
      ["setRelationSettings", { relation: 7, isApplication: false, settings }],
    ]);
  });

  test(`${name} says so when there is more input than may be`, async () => {
    await using site = await open();
    const facts = relationHookOf();
    site.start(facts);
    const input = Buffer.alloc(17 * 1024 * 1024, "x");
    const { code, stderr } = await call(client, site, {
      args: ["relation-set", "--file", "-"],
      input,
    });

    assert.deepEqual([code, stderr], [1, "ERROR 17825792 bytes are more than 16777216 at once\n"]);
    assert.deepEqual(facts.told, []);
  });

  test(`${name} finds an agent whose socket lies deeper than a socket's path is long`, async () => {
    await using site = await open("deep/".repeat(50));
    site.start();
    assert.ok(site.server.path.length > 250);
    const cwd = await realpath(tmpdir());
    const args = ["config-get", "title", "--output", join(site.folder, "title")];
    assert.deepEqual(await call(client, site, { args, cwd }), { code: 0, stdout: "", stderr: "" });
    assert.equal(await readFile(join(site.folder, "title"), "utf8"), "Töst\n");
  });

  test(`${name} writes a file from the folder that it is called in`, async () => {
    await using site = await open("deep/".repeat(50));
    site.start();
    const args = ["config-get", "title", "--output", "title"];
    assert.equal((await call(client, site, { args, cwd: site.tools })).code, 0);
    assert.equal(await readFile(join(site.tools, "title"), "utf8"), "Töst\n");
  });
}

const tool = clients["hook-tool"];

test("only the hook that is running is answered", async () => {
  await using site = await open();
  const environmentOf = (id: string) => ({
    JUJU_CONTEXT_ID: id,
    JUJU_AGENT_SOCKET_ADDRESS: site.server.path,
  });
  const ask = (id: string) =>
    call(tool, site, { args: ["status-set", "active"], environment: environmentOf(id) });
  const nobody = `ERROR bad request: expected context id "", got "${secret}"\n`;

  assert.deepEqual(await ask(secret), { code: 1, stdout: "", stderr: nobody });
  site.start();
  assert.deepEqual(await ask(other), { code: 1, stdout: "", stderr: stale(other) });
  const short = secret.slice(0, -1);
  assert.deepEqual(await ask(short), { code: 1, stdout: "", stderr: stale(short) });
  assert.deepEqual(site.told, []);
  assert.equal((await ask(secret)).code, 0);
  site.start(undefined, other);
  assert.deepEqual(await ask(secret), { code: 1, stdout: "", stderr: stale(secret) });
  assert.equal(site.told.length, 1);
});

test("nobody but the agent's own user may call", async (t) => {
  await using site = await open();
  site.start();
  assert.equal((await stat(site.server.path)).mode & 0o777, 0o600);
  if (process.getuid?.() !== 0) {
    t.diagnostic("only root can try it as somebody else");
    return;
  }
  for (const folder of [join(site.folder, ".."), site.folder]) await chmod(folder, 0o755);
  const as =
    (user: readonly string[]): Client =>
    () => [...user, "/usr/bin/perl", join(site.tools, "config-get")];
  const user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const environment = {
    JUJU_CONTEXT_ID: secret,
    JUJU_AGENT_SOCKET_ADDRESS: site.server.path,
    PATH: process.env.PATH ?? "",
  };

  const { code, stderr } = await call(as(user), site, { args: ["config-get"], environment });
  assert.deepEqual([code, stderr.includes("Permission denied")], [1, true]);
});

test("many tools at once are answered, each with its own answer", async () => {
  await using site = await open();
  const facts = hookOf();
  let running = 0;
  let mostAtOnce = 0;
  const setState = async (values: object) => {
    running++;
    mostAtOnce = Math.max(mostAtOnce, running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    facts.told.push(values);
  };
  site.server.setRunning({ secret, contextFor: (its) => ({ ...facts.hook, ...its, setState }) });
  const sockets = Array.from({ length: 300 }, () => connect(site.server.path));
  const answers = sockets.map(async (socket, index) => {
    socket.write(requestOf("state-set", `key=${index}`));
    return await answerOn(socket);
  });

  const expected = { stdout: "", stderr: "", code: 0 };
  assert.deepEqual(
    await Promise.all(answers),
    answers.map(() => expected),
  );
  assert.equal(mostAtOnce, 1, "tools of one hook take turns");
  assert.equal(new Set(facts.told.map((each) => JSON.stringify(each))).size, 300);
});

test("a tool whose input comes from another tool does not wait for itself", async () => {
  await using site = await open();
  const facts = relationHookOf({ members: { "7 wordpress/0": { a: "b" } } });
  site.start(facts);
  const line = "relation-get --format json | { sleep 0.2; cat; } | relation-set --file -";
  const shell: Client = () => ["/bin/sh", "-c", line];
  const environment = {
    JUJU_CONTEXT_ID: secret,
    JUJU_AGENT_SOCKET_ADDRESS: site.server.path,
    PATH: `${site.tools}:/usr/bin:/bin`,
  };
  assert.deepEqual(await call(shell, site, { args: [], environment }), {
    ...{ code: 0, stdout: "", stderr: "" },
  });
  const settings = { a: "b" };
  assert.deepEqual(facts.told, [
    ["setRelationSettings", { relation: 7, isApplication: false, settings }],
  ]);
});

test("whoever calls and says nothing, or half of it, holds up nobody", async () => {
  await using site = await open();
  site.start();
  const whole = requestOf("config-get", "title");
  const silent = [0, 3, 5, whole.length - 1].map((length) => {
    const socket = connect(site.server.path);
    socket.on("error", () => {});
    socket.write(whole.subarray(0, length));
    return socket;
  });
  await Promise.all(silent.map((socket) => once(socket, "connect")));

  const { stdout } = await call(tool, site, { args: ["config-get", "title"] });
  assert.equal(stdout, "Töst\n");
  for (const socket of silent) socket.resume();
  const closed = silent.map((socket) => once(socket, "close"));
  site.server.setRunning(undefined);
  await site.server.settled();
  await Promise.all(closed);
});

test("a tool that is still waited for when its hook has ended changes nothing", async () => {
  await using site = await open();
  const facts = relationHookOf();
  site.start(facts);
  const socket = connect(site.server.path);
  socket.on("error", () => {});
  socket.write(requestOf("relation-set", "--file", "-"));
  const [question] = (await once(socket, "data")) as [Buffer];
  assert.equal(question.toString("latin1", 0, 1), "i");
  const closed = once(socket, "close");

  site.server.setRunning(undefined);
  await site.server.settled();
  await closed;
  assert.deepEqual(facts.told, []);
});

test("input that breaks off is no input", async () => {
  await using site = await open();
  const facts = relationHookOf();
  site.start(facts);
  const socket = connect({ path: site.server.path, allowHalfOpen: true });
  socket.write(requestOf("relation-set", "a=b", "--file", "-"));
  await once(socket, "data");
  socket.end(formatHookFrame("i", "c: d").subarray(0, 7));

  const { code, stderr } = await answerOn(socket);
  assert.deepEqual([code, stderr], [1, "ERROR the input did not come\n"]);
  assert.deepEqual(facts.told, []);
});

test("what is no request is not answered, and one that is too long is refused", async () => {
  await using site = await open();
  site.start();
  for (const bytes of [formatHookFrame("z", "what"), formatHookFrame("i", "input")]) {
    const socket = connect(site.server.path);
    socket.write(bytes);
    assert.deepEqual(await answerOn(socket), { stdout: "", stderr: "", code: undefined });
  }
  const socket = connect(site.server.path);
  socket.write(
    Buffer.from([..."r".split("").map((letter) => letter.charCodeAt(0)), 255, 255, 255, 255]),
  );
  assert.deepEqual(await answerOn(socket), {
    ...{ stdout: "", code: 1 },
    stderr: "ERROR 4294967295 bytes are more than 16777216 at once\n",
  });
});

test("nothing is left of tools that have been answered, or have gone before", async () => {
  await using site = await open();
  site.start();
  const before = (await readdir("/proc/self/fd")).length;
  for (let round = 0; round < 50; round++) {
    const socket = connect(site.server.path);
    socket.on("error", () => {});
    socket.write(Buffer.concat([requestOf("config-get"), Buffer.alloc(200_000)]));
    if (round % 2 === 0) await answerOn(socket);
    socket.destroy();
  }
  while ((await readdir("/proc/self/fd")).length > before) {
    await new Promise((resolve) => setImmediate(resolve));
  }
});

test("a server takes the place of one that was killed, and leaves nothing behind", async () => {
  await using site = await open("deep/".repeat(50));
  await using next = await HookServer.open(site.server.path);
  next.setRunning({ secret, contextFor: (its) => ({ ...hookOf().hook, ...its }) });
  assert.equal((await call(tool, site, { args: ["config-get"] })).code, 0);

  await next[Symbol.asyncDispose]();
  assert.deepEqual(await readdir(site.folder), []);
});

function requestOf(...words: readonly string[]): Buffer {
  const [name = "", ...args] = words;
  return formatHookFrame("r", [secret, name, "/", ...args].join("\0"));
}

/** What is answered until the server has nothing more to say. */
async function answerOn(socket: Socket) {
  const outputs: Record<string, string> = { o: "", e: "" };
  let code: number | undefined;
  for await (const { kind, bytes } of readHookFrames(socket)) {
    if (kind === "x") code = bytes[0];
    else outputs[kind] += bytes.toString("utf8");
  }
  socket.destroy();
  return { stdout: outputs.o, stderr: outputs.e, code };
}
