import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { createServer } from "node:net";
import { after, test } from "node:test";
import { Desk } from "../testing.ts";

const desk = await Desk.open();
after(() => desk[Symbol.asyncDispose]());

const cloud = `${desk.folder}/cloud`;

/** Refused in one line, before anything was begun. */
async function refuses(words: string, message: string, expected = 1): Promise<void> {
  const { status, stderr } = await desk.run(`bootstrap ${words}`);
  assert.deepEqual([stderr.trimEnd().split("\n").at(-1), status], [`ERROR ${message}`, expected]);
  assert.deepEqual(await readdir(desk.folder), []);
}

test("a cloud, a name, a port or a version that cannot be is refused at once", async () => {
  await refuses("aws demo", 'unknown cloud "aws": the only one is "local"');
  const letters = "letters, digits and . _ - after the first";
  await refuses("local -- -x", `"-x" is not a valid name for a controller: ${letters}`, 2);
  await refuses("local --port 0", '"0" is not a port between 1 and 65535', 2);
  await refuses("local --config a", 'expected "key=value", got "a"', 2);
  const version = 'invalid version "9": expected one like 3.6.101';
  await refuses("local --agent-version 9", version);
});

test("a port that somebody has at every address is refused before a machine is made", async () => {
  await using server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  const { port } = server.address() as { readonly port: number };
  const reason = "listen EADDRINUSE: address already in use";
  await refuses(
    `local --port ${port} --data-dir ${cloud}`,
    `the controller cannot use port ${port} (--port names another): ${reason}`,
  );
});

test("a place where no machine can be kept is refused at once", async () => {
  const hint = "(--data-dir names another)";
  await refuses(
    "local --data-dir /dev/null/machines",
    `cannot keep machines in "/dev/null/machines": no folder can be made in "/dev/null" ${hint}: a part of the path is a file, and not a folder`,
  );
  await refuses(
    "local --data-dir /proc/machines",
    `cannot keep machines in "/proc/machines": no folder can be made in "/proc" ${hint}: there is no such file or folder`,
  );
});

test("a version that this client does not have is refused before a machine is made", async () => {
  const { status, stderr } = await desk.run(
    `bootstrap local --agent-version 3.6.999 --data-dir ${cloud}`,
    { environment: { JUMAR_AGENT_BINARIES: desk.folder } },
  );
  assert.match(stderr, /^ERROR no agent binary 3\.6\.999-.* in .*: build it with "npm run/);
  assert.equal(status, 1);
  assert.deepEqual(await readdir(desk.folder), []);
});

test("a name that is taken is refused with the ways out, also when the first was cut short", async () => {
  await desk.files.saveController("demo", {
    ...{ uuid: "u", addresses: [], caCertificate: "", cloud: "local", region: "localhost" },
    ...{ type: "local", agentVersion: "3.6.100" },
  });
  const { stderr } = await desk.run(`bootstrap local demo --data-dir ${cloud}`);
  assert.equal(
    stderr,
    'ERROR controller "demo" already exists: use another name, or end it with "jumar destroy-controller demo" ("jumar kill-controller demo" if it was never finished)\n',
  );
});
